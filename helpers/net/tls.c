/* tls.c: TLS for a library that takes OpenSSL's context, and reasons in words.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <openssl/x509v3.h>

#include "anchors.h"
#include "exit.h"
#include "fault.h"
#include "identity.h"
#include "msg.h"
#include "peer.h"
#include "reason.h"
#include "span.h"
#include "tls.h"

/* longer than any server waits before it says no, shorter than it waits for a
 * client that says nothing */
enum { LISTEN_MS = 3000 };

struct tls {
	SSL_CTX *ctx;
	const char *host;
	const char *where;
	const char *ca;
	SSL *ssl; /* the connection, when there was one */
	int fd; /* its socket once more, -1: none */
	int64_t began; /* the present step of it: clock_ms */
	bool done; /* the handshake is over */
	int alert; /* the server's, 0: none came */
	int verdict; /* on its certificate, the first that is not X509_V_OK */
	struct buf about; /* which certificate that is */
	struct identity identity;
};

SSL_CTX *
tls_context(const struct tls *tls)
{
	return tls->ctx;
}

void
tls_begin(struct tls *tls)
{
	tls->began = clock_ms();
}

/* The library frees its connection and closes the socket when it fails; what the
 * server said may be in there unread. */
static void
keep_connection(struct tls *tls, SSL *ssl)
{
	if (tls->ssl != NULL)
		return;
	msg_trace("%s: connected in %lld ms", tls->where,
	    (long long)(clock_ms() - tls->began));
	tls_begin(tls);
	/* an address is no server name (RFC 6066, 3) */
	if (peer_is_address(tls->host))
		SSL_set_tlsext_host_name(ssl, NULL);
	if (SSL_up_ref(ssl) != 1)
		return;
	tls->ssl = ssl;
	tls->fd = fcntl(SSL_get_fd(ssl), F_DUPFD_CLOEXEC, 0);
}

static void
on_state(const SSL *ssl, int what, int value)
{
	struct tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	int alert = value & 0xff;

	if ((what & SSL_CB_HANDSHAKE_START) != 0)
		keep_connection(tls, (SSL *)ssl);
	if ((what & SSL_CB_HANDSHAKE_DONE) != 0 && !tls->done) {
		tls->done = true;
		msg_trace("%s: %s in %lld ms", tls->where, SSL_get_version(ssl),
		    (long long)(clock_ms() - tls->began));
	}
	if (what == SSL_CB_READ_ALERT && alert != SSL3_AD_CLOSE_NOTIFY &&
	    alert != TLS1_AD_USER_CANCELLED &&
	    alert != TLS1_AD_NO_RENEGOTIATION)
		tls->alert = alert;
}

/* Adds the name or address that NAME is, after a comma if it is not the first. */
static bool
add_name(const GENERAL_NAME *name, struct buf *out)
{
	const char *comma = out->len > 0 ? ", " : "";
	unsigned char *text = NULL;
	char *address;
	bool ok = true;

	if (name->type == GEN_DNS &&
	    ASN1_STRING_to_UTF8(&text, name->d.dNSName) >= 0)
		ok = buf_print(out, "%s%s", comma, (char *)text);
	OPENSSL_free(text);
	if (name->type == GEN_IPADD && (address = i2s_ASN1_OCTET_STRING(
					    NULL, name->d.iPAddress)) != NULL) {
		ok = buf_print(out, "%s%s", comma, address);
		OPENSSL_free(address);
	}
	return ok;
}

/* Adds NAME as "CN=x, O=y", in the order in which it is encoded. */
static bool
add_subject(const X509_NAME *name, struct buf *out)
{
	const unsigned long form = ASN1_STRFLGS_ESC_CTRL |
				   ASN1_STRFLGS_UTF8_CONVERT |
				   XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN;
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long len = 0;
	bool ok = false;

	if (bio != NULL && X509_NAME_print_ex(bio, name, 0, form) >= 0)
		len = BIO_get_mem_data(bio, &text);
	if (len > 0)
		ok = buf_add(out, text, (size_t)len);
	BIO_free(bio);
	return ok;
}

/* Adds the names that CRT is for: those that count, or else its subject. */
static bool
add_names(const X509 *crt, struct buf *out)
{
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(crt, NID_subject_alt_name, NULL, NULL);
	bool ok = true;

	for (int i = 0; ok && i < sk_GENERAL_NAME_num(names); i++)
		ok = add_name(sk_GENERAL_NAME_value(names, i), out);
	GENERAL_NAMES_free(names);
	if (!ok || out->len > 0)
		return ok;
	return add_subject(X509_get_subject_name(crt), out);
}

/* Says which certificate of the chain it is that is not believed, and by whom it
 * was issued: whose CA is missing is what one wants to know. */
static bool
describe(const X509 *crt, int depth, struct buf *out)
{
	return (depth == 0 || buf_print(out, "its CA certificate ")) &&
	       add_subject(X509_get_subject_name(crt), out) &&
	       buf_print(out, ", issued by ") &&
	       add_subject(X509_get_issuer_name(crt), out);
}

/* SSL_CTX_set_verify: OpenSSL's verdict stands; the first that is bad is kept. */
static int
on_verdict(int good, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(
	    store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	int verdict = X509_STORE_CTX_get_error(store);
	X509 *crt = X509_STORE_CTX_get_current_cert(store);

	if (good == 1 || tls->verdict != X509_V_OK)
		return good;
	tls->verdict = verdict;
	if (crt != NULL && (verdict == X509_V_ERR_HOSTNAME_MISMATCH ||
			       verdict == X509_V_ERR_IP_ADDRESS_MISMATCH))
		(void)add_names(crt, &tls->about);
	else if (crt != NULL)
		(void)describe(
		    crt, X509_STORE_CTX_get_error_depth(store), &tls->about);
	return good;
}

static bool
expect_host(struct tls *tls)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(tls->ctx);
	int rc = peer_is_address(tls->host)
		     ? X509_VERIFY_PARAM_set1_ip_asc(param, tls->host)
		     : X509_VERIFY_PARAM_set1_host(param, tls->host, 0);

	X509_VERIFY_PARAM_set_hostflags(
	    param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return rc == 1 || fault_memory();
}

bool
tls_new(const char *host, const char *where, const char *ca,
    const struct pair *pair, struct tls **out)
{
	struct tls *tls = calloc(1, sizeof *tls);

	*out = NULL;
	if (tls == NULL)
		return fault_memory();
	*tls = (struct tls){ .host = host, .where = where, .ca = ca, .fd = -1 };
	tls->ctx = SSL_CTX_new(TLS_client_method());
	if (tls->ctx == NULL) {
		fault_memory();
		goto fail;
	}
	SSL_CTX_set_app_data(tls->ctx, tls);
	SSL_CTX_set_min_proto_version(tls->ctx, TLS1_2_VERSION);
	SSL_CTX_set_verify(tls->ctx, SSL_VERIFY_PEER, on_verdict);
	SSL_CTX_set_info_callback(tls->ctx, on_state);
	if (!anchors_load(ca, SSL_CTX_get_cert_store(tls->ctx)) ||
	    !expect_host(tls) ||
	    (pair != NULL && !identity_use(tls->ctx, pair, &tls->identity)))
		goto fail;
	*out = tls;
	return true;
fail:
	tls_free(tls);
	return false;
}

/* Reads what is left on the line, up to an alert, its end or the time limit;
 * what the server sends else is nobody's business any more. */
static void
listen_on(struct tls *tls)
{
	int64_t end = clock_ms() + LISTEN_MS;
	struct pollfd line = { .fd = tls->fd, .events = POLLIN };
	int64_t left = LISTEN_MS;
	char bytes[512];
	int rc;

	SSL_set_fd(tls->ssl, tls->fd);
	while (tls->alert == 0 && left > 0) {
		rc = SSL_read(tls->ssl, bytes, sizeof bytes);
		if (rc <= 0 &&
		    SSL_get_error(tls->ssl, rc) != SSL_ERROR_WANT_READ)
			return;
		if (rc <= 0 && poll(&line, 1, (int)left) <= 0)
			return;
		left = end - clock_ms();
	}
}

static bool
explain_verdict(const struct tls *tls)
{
	struct reason why = reason_verify(tls->verdict);

	if (tls->verdict == X509_V_ERR_HOSTNAME_MISMATCH ||
	    tls->verdict == X509_V_ERR_IP_ADDRESS_MISMATCH)
		return fault(why.code,
		    "%s: TLS: the broker's certificate is for %s, not for %s",
		    tls->where, buf_text(&tls->about), tls->host);
	return fault(why.code,
	    "%s: TLS: the broker's certificate is not believed: %s (trusted: "
	    "%s): %s",
	    tls->where, why.words, tls->ca, buf_text(&tls->about));
}

bool
tls_knows_why(struct tls *tls)
{
	struct reason why;

	if (tls->verdict != X509_V_OK) {
		explain_verdict(tls);
		return true;
	}
	if (tls->alert == 0 && tls->fd >= 0)
		listen_on(tls);
	if (tls->alert == 0)
		return false;
	why = reason_alert(tls->alert);
	fault(why.code, "%s: TLS: %s (alert %d%s%s)", tls->where, why.words,
	    tls->alert, why.name[0] != '\0' ? " " : "", why.name);
	return true;
}

bool
tls_fault(const struct tls *tls, const char *words)
{
	int code = EXIT_UNTRUSTED;

	if (strstr(words, "wrong version number") != NULL)
		return fault(EXIT_UNTRUSTED,
		    "%s: TLS: what answers on this port does not speak TLS",
		    tls->where);
	/* an end in the middle is no verdict */
	if (words[0] == '\0' || strstr(words, "unexpected eof") != NULL ||
	    strstr(words, "reset by peer") != NULL)
		code = EXIT_NONET;
	return fault(code, "%s: TLS: %s", tls->where,
	    words[0] != '\0' ? words : "the handshake was cut off");
}

void
tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	SSL_free(tls->ssl);
	SSL_CTX_free(tls->ctx);
	identity_free(&tls->identity);
	if (tls->fd >= 0)
		close(tls->fd);
	buf_free(&tls->about);
	free(tls);
}

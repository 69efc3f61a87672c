/* reply.c: the certificates in an EST answer.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/pkcs7.h>

#include "base64.h"
#include "exit.h"
#include "fault.h"
#include "msg.h"
#include "reply.h"

/* No chain is longer; an answer may be meant to keep us busy. */
enum { CHAIN_LIMIT = 16 };

/* How many of those that do not belong are told by name. */
enum { NAMES_LIMIT = 5 };

/* What may stand behind a DER or BER encoding, and how much of it. */
static const char tail[] = { '\r', '\n', '\0' };
enum { TAIL_LIMIT = 4 };

/* Takes the certificates out of PKCS7, in its order. */
static bool
take_all(gnutls_pkcs7_t pkcs7, struct x509_list *certs)
{
	int count = gnutls_pkcs7_get_crt_count(pkcs7);

	if (count <= 0)
		return false;
	certs->crt = gnutls_calloc((size_t)count, sizeof *certs->crt);
	if (certs->crt == NULL)
		return false;
	for (int i = 0; i < count; i++) {
		gnutls_datum_t der = { NULL, 0 };
		int rc = gnutls_pkcs7_get_crt_raw2(pkcs7, (unsigned)i, &der);

		if (rc == 0)
			rc = gnutls_x509_crt_init(&certs->crt[certs->count]);
		if (rc == 0)
			rc = gnutls_x509_crt_import(certs->crt[certs->count++],
			    &der, GNUTLS_X509_FMT_DER);
		gnutls_free(der.data);
		if (rc < 0)
			return false;
	}
	return true;
}

static bool
parse_pkcs7(const gnutls_datum_t *data, gnutls_x509_crt_fmt_t format,
    struct x509_list *certs)
{
	gnutls_pkcs7_t pkcs7 = NULL;
	bool ok;

	*certs = (struct x509_list){ 0 };
	ok = x509_start() && gnutls_pkcs7_init(&pkcs7) == 0 &&
	     gnutls_pkcs7_import(pkcs7, data, format) == 0 &&
	     take_all(pkcs7, certs);
	if (pkcs7 != NULL)
		gnutls_pkcs7_deinit(pkcs7);
	if (!ok)
		x509_free(certs);
	return ok;
}

/* DER or BER. GnuTLS wants it to end where it ends. */
static bool
parse_binary(const struct buf *body, const char *name, struct x509_list *certs)
{
	gnutls_datum_t data = { body->data, (unsigned)body->len };

	for (int i = 0; i <= TAIL_LIMIT && data.size > 0; i++, data.size--) {
		if (parse_pkcs7(&data, GNUTLS_X509_FMT_DER, certs) ||
		    x509_parse(data.data, data.size, name, certs))
			return true;
		if (memchr(tail, data.data[data.size - 1], sizeof tail) == NULL)
			break;
	}
	return false;
}

/* PEM: PKCS#7 by both its names (RFC 7468, 8 and 9), or certificates. */
static bool
parse_pem(const struct buf *body, const char *name, struct x509_list *certs)
{
	gnutls_datum_t data = { body->data, (unsigned)body->len };
	gnutls_datum_t der = { NULL, 0 };
	bool ok;

	ok = parse_pkcs7(&data, GNUTLS_X509_FMT_PEM, certs) ||
	     x509_parse(data.data, data.size, name, certs);
	if (!ok && gnutls_pem_base64_decode2("CMS", &data, &der) == 0)
		ok = parse_pkcs7(&der, GNUTLS_X509_FMT_DER, certs);
	gnutls_free(der.data);
	return ok;
}

static bool
parse_clear(const struct buf *body, const char *name, struct x509_list *certs)
{
	if (body->len == 0)
		return false;
	/* a SEQUENCE; base64 may begin with this character as well */
	if (body->data[0] == 0x30 && parse_binary(body, name, certs))
		return true;
	return memmem(body->data, body->len, "-----BEGIN", 10) != NULL &&
	       parse_pem(body, name, certs);
}

bool
reply_parse(const struct buf *body, const char *name, struct x509_list *certs)
{
	struct buf bare = { 0 };
	bool ok;

	*certs = (struct x509_list){ 0 };
	ok = parse_clear(body, name, certs) ||
	     (base64_read(buf_text(body), body->len, &bare) &&
		 parse_clear(&bare, name, certs));
	buf_free(&bare);
	return ok || fault(EXIT_UNTRUSTED,
			 "%s: no certificate in the answer of %zu bytes", name,
			 body->len);
}

/* Did CA issue CRT? By name, and by signature: a CA that was renewed with
 * another key has the same name. */
static bool
issued(gnutls_x509_crt_t ca, gnutls_x509_crt_t crt)
{
	return gnutls_x509_crt_check_issuer(crt, ca) == 1 &&
	       x509_signed_by(crt, ca);
}

static void
swap(struct x509_list *certs, unsigned a, unsigned b)
{
	gnutls_x509_crt_t crt = certs->crt[a];

	certs->crt[a] = certs->crt[b];
	certs->crt[b] = crt;
}

/* Puts the certificate for KEY first; the others keep their order. */
static bool
find_leaf(struct x509_list *certs, const struct key_id *key, bool *found)
{
	struct key_id got;

	*found = false;
	for (unsigned i = 0; i < certs->count; i++) {
		gnutls_x509_crt_t leaf = certs->crt[i];

		if (!x509_key_id(leaf, &got))
			return false;
		if (!key_id_same(key, &got))
			continue;
		memmove(certs->crt + 1, certs->crt, i * sizeof *certs->crt);
		certs->crt[0] = leaf;
		*found = true;
		return true;
	}
	return true;
}

static bool
is_among(const struct x509_list *certs, unsigned count, gnutls_x509_crt_t crt)
{
	for (unsigned i = 0; i < count; i++)
		if (gnutls_x509_crt_equals(certs->crt[i], crt))
			return true;
	return false;
}

/* Behind each of the chain comes who issued it. Returns its length. */
static unsigned
follow(struct x509_list *certs)
{
	unsigned length = 1;

	for (unsigned i = 0; i < length; i++)
		for (unsigned j = length;
		     j < certs->count && length < CHAIN_LIMIT; j++)
			if (issued(certs->crt[j], certs->crt[i]) &&
			    !is_among(certs, length, certs->crt[j]))
				swap(certs, length++, j);
	return length;
}

static void
tell_dropped(const struct x509_list *certs, unsigned length, unsigned i,
    const char *name)
{
	gnutls_datum_t subject = { NULL, 0 };

	if (i - length == NAMES_LIMIT)
		msg_warn("%s: and %u more left out", name, certs->count - i);
	if (i - length >= NAMES_LIMIT)
		return;
	gnutls_x509_crt_get_dn3(
	    certs->crt[i], &subject, GNUTLS_X509_DN_FLAG_COMPAT);
	msg_warn("%s: left out: %s: %s", name,
	    subject.data != NULL ? (char *)subject.data : "no subject",
	    is_among(certs, length, certs->crt[i])
		? "it is there twice"
		: "it issued nothing in the chain");
	gnutls_free(subject.data);
}

bool
reply_chain(struct x509_list *certs, const struct key_id *key, const char *name)
{
	unsigned length;
	bool found;

	if (!find_leaf(certs, key, &found))
		return false;
	if (!found)
		return fault(EXIT_UNTRUSTED,
		    "%s: no certificate in the answer is for this key: it "
		    "answers another request, or the server made a mistake",
		    name);
	length = follow(certs);
	for (unsigned i = length; i < certs->count; i++) {
		tell_dropped(certs, length, i, name);
		gnutls_x509_crt_deinit(certs->crt[i]);
	}
	certs->count = length;
	return true;
}

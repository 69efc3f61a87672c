/* http-fault.c: why an exchange failed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <gnutls/gnutls.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "http-fault.h"
#include "msg.h"
#include "x509.h"

/* Did the line break, by what libcurl and GnuTLS say of a handshake? */
static bool
is_cut(const char *words)
{
	static const char *const cuts[] = { "Recv failure", "Send failure",
		"non-properly terminated", "pull function", "push function",
		"timed out" };

	for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++)
		if (strstr(words, cuts[i]) != NULL)
			return true;
	/* an end within a record; a record of nonsense has the same words, and
	 * to try again is no harm there either */
	return strstr(words,
		   gnutls_strerror(GNUTLS_E_UNEXPECTED_PACKET_LENGTH)) != NULL;
}

/* The proxy answered a CONNECT with STATUS: what it says of us is a refusal,
 * what it says of the server is that there is no way to it. */
static int
code_of_connect(long status)
{
	return status == 401 || status == 403 || status == 407 ? EXIT_REFUSED
							       : EXIT_NONET;
}

/* Is it an alert of the server's? In a handshake libcurl tells it by its name
 * alone; these are those that speak of a certificate (RFC 8446, 6.2). */
static bool
is_alert(const char *words)
{
	static const int alerts[] = { GNUTLS_A_BAD_CERTIFICATE,
		GNUTLS_A_UNSUPPORTED_CERTIFICATE, GNUTLS_A_CERTIFICATE_REVOKED,
		GNUTLS_A_CERTIFICATE_EXPIRED, GNUTLS_A_CERTIFICATE_UNKNOWN,
		GNUTLS_A_UNKNOWN_CA, GNUTLS_A_ACCESS_DENIED,
		GNUTLS_A_CERTIFICATE_REQUIRED };

	for (size_t i = 0; i < sizeof alerts / sizeof alerts[0]; i++)
		if (strstr(words, gnutls_alert_get_name(alerts[i])) != NULL)
			return true;
	return strstr(words, "alert") != NULL;
}

static int
code_of_tls(CURLcode rc, const char *words, bool with_cert)
{
	/* an alert is the server's "no" to the certificate it was shown; in
	 * TLS 1.3 it comes after the handshake */
	if (is_alert(words))
		return with_cert ? EXIT_REFUSED : EXIT_UNTRUSTED;
	/* the line broke in the middle of it */
	return rc != CURLE_SSL_CONNECT_ERROR || is_cut(words) ? EXIT_NONET
							      : EXIT_UNTRUSTED;
}

static int
code_of(CURLcode rc, const char *words, bool with_cert)
{
	switch (rc) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_PROXY:
		return EXIT_NONET;
	case CURLE_URL_MALFORMAT:
		return EXIT_USAGE;
	case CURLE_OUT_OF_MEMORY:
	case CURLE_FAILED_INIT:
		return EXIT_LOCAL;
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
		return EXIT_DATA;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		return code_of_tls(rc, words, with_cert);
	default:
		return EXIT_UNTRUSTED;
	}
}

/* Does CA, if it is a file, hold an anchor? Asked when a server was not
 * believed: libcurl takes a file without one. */
static bool
check_anchors(const char *ca)
{
	struct x509_list anchors;
	struct stat st;

	if (ca == NULL || stat(ca, &st) != 0 || S_ISDIR(st.st_mode))
		return true;
	if (!x509_read(ca, &anchors))
		return false;
	x509_free(&anchors);
	return true;
}

/* WORDS without how long it took, "after 3 ms": a trouble that stays the same is
 * said in the same words, and is news but once. */
static void
leave_out_time(const char *words, struct buf *out)
{
	static const char *const units[] = { " milliseconds", " ms" };
	static const char after[] = " after ";
	const char *at = strstr(words, after);
	const char *unit = at != NULL ? at + strlen(after) : "";

	unit += strspn(unit, "0123456789");
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		size_t length = strlen(units[i]);

		if (strncmp(unit, units[i], length) == 0) {
			buf_print(out, "%.*s%s", (int)(at - words), words,
			    unit + length);
			return;
		}
	}
	buf_print(out, "%s", words);
}

/* Says what there is against the server's certificate: libcurl has no more words
 * than that it was not believed, and an expired one asks for other steps than one
 * of an unknown CA. False: it is not that, or not known. */
static bool
explain_verdict(CURL *curl, const char *url)
{
	struct buf why = { 0 };
	long verdict = 0;
	bool said;

	curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &verdict);
	said = verdict > 0 && x509_explain((unsigned)verdict, &why);
	while (why.len > 0 && strchr(" .", buf_text(&why)[why.len - 1]) != NULL)
		why.len--;
	if (said)
		fault(EXIT_UNTRUSTED, "%s: certificate not trusted: %.*s", url,
		    (int)why.len, buf_text(&why));
	buf_free(&why);
	return said;
}

bool
http_fault(CURL *curl, const struct http_request *with, const char *url,
    CURLcode rc, const char *words)
{
	struct buf said = { 0 };
	long status = 0;

	if (words[0] == '\0')
		words = curl_easy_strerror(rc);
	curl_easy_getinfo(curl, CURLINFO_HTTP_CONNECTCODE, &status);
	if (status >= 300)
		return fault(
		    code_of_connect(status), "%s: its proxy: %s", url, words);
	if (rc == CURLE_WRITE_ERROR)
		return fault(EXIT_UNTRUSTED, "%s: an answer over %u bytes", url,
		    FILE_LIMIT);
	if (rc == CURLE_PEER_FAILED_VERIFICATION &&
	    (!check_anchors(with->ca) || !check_anchors(with->proxy_ca) ||
		explain_verdict(curl, url)))
		return false;
	if (rc == CURLE_SSL_CONNECT_ERROR && with->bind)
		msg_warn("%s: no TLS 1.2 with it? Proof of possession takes "
			 "that version",
		    url);
	leave_out_time(words, &said);
	fault(code_of(rc, words, with->cert != NULL), "%s: %s", url,
	    buf_text(&said));
	buf_free(&said);
	return false;
}

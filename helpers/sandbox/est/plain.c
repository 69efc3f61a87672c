/* plain.c: how the plain EST server answers (RFC 7030 with RFC 8951).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gnutls/gnutls.h>
#include <gnutls/pkcs7.h>

#include "est/base64.h"
#include "fault.h"
#include "sandbox/est/plain.h"
#include "sandbox/state/settings.h"

bool
plain_refuse(struct exchange *x, unsigned status, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return fault_memory();
	exchange_answer(x, status, "text/plain", text, (size_t)len);
	free(text);
	return false;
}

/* Base64 with no line ends at all, for clients that know none. */
static bool
print_line(const void *data, size_t len, struct buf *out)
{
	gnutls_datum_t from = { (void *)data, (unsigned)len };
	gnutls_datum_t text = { NULL, 0 };
	bool ok;

	ok = x509_ok(gnutls_base64_encode2(&from, &text), "base64") &&
	     buf_add(out, text.data, text.size);
	if (text.data != NULL)
		gnutls_memset(text.data, 0, text.size);
	gnutls_free(text.data);
	return ok;
}

bool
plain_print(struct exchange *x, const void *data, size_t len, struct buf *out)
{
	bool dense;

	if (!settings_is(&x->tenant->store, SETTING_EST_LINES, "none", &dense))
		return false;
	return dense ? print_line(data, len, out)
		     : base64_print(data, len, out);
}

bool
plain_answer(
    struct exchange *x, const char *media, const void *data, size_t len)
{
	struct buf body = { 0 };
	bool ok;

	ok = plain_print(x, data, len, &body) &&
	     exchange_add_header(x, "Content-Transfer-Encoding", "base64") &&
	     exchange_answer(x, 200, media, body.data, body.len);
	buf_free(&body);
	return ok;
}

bool
plain_pack(const struct x509_list *certs, struct buf *out)
{
	gnutls_pkcs7_t pkcs7 = NULL;
	gnutls_datum_t der = { NULL, 0 };
	bool ok;

	ok = gnutls_pkcs7_init(&pkcs7) == 0 || fault_memory();
	for (unsigned i = 0; ok && i < certs->count; i++)
		ok = x509_ok(
		    gnutls_pkcs7_set_crt(pkcs7, certs->crt[i]), "PKCS#7");
	ok = ok &&
	     x509_ok(gnutls_pkcs7_export2(pkcs7, GNUTLS_X509_FMT_DER, &der),
		 "PKCS#7") &&
	     buf_add(out, der.data, der.size);
	gnutls_free(der.data);
	if (pkcs7 != NULL)
		gnutls_pkcs7_deinit(pkcs7);
	return ok;
}

bool
plain_check_authority(struct exchange *x)
{
	return authority_exists(&x->tenant->issuer) ||
	       plain_refuse(x, 404, "The tenant has no CA.");
}

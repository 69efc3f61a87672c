/* pkcs7.c: a certificate in the envelope in which EST delivers it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "sandbox/api/pkcs7.h"
#include "x509.h"

/* By hand, since GnuTLS writes DER only, and a client has to be ready for the
 * indefinite lengths (0x80, ended by 00 00) that a tenant's library writes. */
static const unsigned char head[] = {
	0x30, 0x80, /* ContentInfo */
	0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07,
	0x02, /* id-signedData */
	0xa0, 0x80, /* content [0] */
	0x30, 0x80, /* SignedData */
	0x02, 0x01, 0x01, /* version */
	0x31, 0x00, /* digestAlgorithms: none */
	0x30, 0x0b, /* encapContentInfo */
	0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07,
	0x01, /* id-data */
	0xa0, 0x80, /* certificates [0] */
};

static const unsigned char tail[] = {
	0x00, 0x00, /* end of certificates */
	0x31, 0x00, /* signerInfos: none */
	0x00, 0x00, /* end of SignedData */
	0x00, 0x00, /* end of content */
	0x00, 0x00, /* end of ContentInfo */
};

static bool
print_base64(const struct buf *ber, struct buf *out)
{
	gnutls_datum_t bytes = { ber->data, (unsigned)ber->len };
	gnutls_datum_t text = { NULL, 0 };
	const unsigned width = 64;
	bool ok;

	ok = x509_ok(gnutls_base64_encode2(&bytes, &text), "base64");
	for (unsigned at = 0; ok && at < text.size; at += width) {
		unsigned left = text.size - at;

		ok = (at == 0 || buf_add(out, "\n", 1)) &&
		     buf_add(out, text.data + at, left < width ? left : width);
	}
	gnutls_free(text.data);
	return ok;
}

bool
pkcs7_print(gnutls_x509_crt_t crt, struct buf *out)
{
	gnutls_datum_t der = { NULL, 0 };
	struct buf ber = { 0 };
	bool ok;

	ok = (crt == NULL || x509_ok(gnutls_x509_crt_export2(
					 crt, GNUTLS_X509_FMT_DER, &der),
				 "certificate")) &&
	     buf_add(&ber, head, sizeof head) &&
	     buf_add(&ber, der.data, der.size) &&
	     buf_add(&ber, tail, sizeof tail) && print_base64(&ber, out);
	gnutls_free(der.data);
	buf_free(&ber);
	return ok;
}

/* pkcs10.c: the encoding of a certificate request (RFC 2986).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "asn.h"
#include "key.h"
#include "pkcs10.h"

static const char type[] = "ASN.CertificationRequest";

bool
pkcs10_subject(const gnutls_datum_t *der, struct buf *subject)
{
	asn1_node request;
	bool ok;

	ok = asn_decode(type, der->data, der->size, &request) &&
	     asn_read(request, "info.subject", subject);
	asn1_delete_structure(&request);
	return ok;
}

/* Signs what stands in REQUEST, and puts the signature there too. */
static bool
sign(asn1_node request, gnutls_privkey_t key, gnutls_sign_algorithm_t algorithm)
{
	struct buf info = { 0 };
	gnutls_datum_t data;
	gnutls_datum_t signature = { NULL, 0 };
	bool ok = false;
	int rc;

	if (!asn_encode(request, "info", &info))
		goto out;
	data = (gnutls_datum_t){ info.data, (unsigned)info.len };
	rc = gnutls_privkey_sign_data2(key, algorithm, 0, &data, &signature);
	ok = key_signed(key, rc) &&
	     asn_write(request, "signature", signature.data,
		 (size_t)signature.size * 8);
out:
	gnutls_free(signature.data);
	buf_free(&info);
	return ok;
}

bool
pkcs10_rename(const gnutls_datum_t *der, const struct buf *subject,
    gnutls_privkey_t key, gnutls_sign_algorithm_t algorithm, struct buf *out)
{
	asn1_node request;
	bool ok;

	ok = asn_decode(type, der->data, der->size, &request) &&
	     asn_write(request, "info.subject", subject->data, subject->len) &&
	     sign(request, key, algorithm) && asn_encode(request, "", out);
	asn1_delete_structure(&request);
	return ok;
}

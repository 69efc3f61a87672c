/* pkcs10.c: the encoding of a certificate request (RFC 2986).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <libtasn1.h>

#include "exit.h"
#include "fault.h"
#include "key.h"
#include "pkcs10.h"

/* libtasn1's flags: a node has children, a node after it, may be left out */
#define DOWN (1u << 29)
#define RIGHT (1u << 30)
#define OPTIONAL (1u << 14)
#define EXPLICIT_TAGS (1u << 11)

/* RFC 2986, 4, no deeper than is needed here:
 * Request ::= SEQUENCE {
 *     info RequestInfo, algorithm ANY, signature BIT STRING }
 * RequestInfo ::= SEQUENCE { version INTEGER, subject ANY, key ANY,
 *     attributes ANY OPTIONAL } */
static const asn1_static_node syntax[] = {
	{ "CSR", DOWN | EXPLICIT_TAGS | ASN1_ETYPE_DEFINITIONS, NULL },
	{ NULL, RIGHT | ASN1_ETYPE_OBJECT_ID, NULL },
	{ "Request", RIGHT | DOWN | ASN1_ETYPE_SEQUENCE, NULL },
	{ "info", RIGHT | ASN1_ETYPE_IDENTIFIER, "RequestInfo" },
	{ "algorithm", RIGHT | ASN1_ETYPE_ANY, NULL },
	{ "signature", ASN1_ETYPE_BIT_STRING, NULL },
	{ "RequestInfo", DOWN | ASN1_ETYPE_SEQUENCE, NULL },
	{ "version", RIGHT | ASN1_ETYPE_INTEGER, NULL },
	{ "subject", RIGHT | ASN1_ETYPE_ANY, NULL },
	{ "key", RIGHT | ASN1_ETYPE_ANY, NULL },
	{ "attributes", OPTIONAL | ASN1_ETYPE_ANY, NULL },
	{ NULL, 0, NULL },
};

static bool
asn1_ok(int rc)
{
	return rc == ASN1_SUCCESS ||
	       fault(EXIT_DATA, "request: %s", asn1_strerror(rc));
}

/* DEFINITIONS and REQUEST are freed by asn1_delete_structure. */
static bool
decode(const gnutls_datum_t *der, asn1_node *definitions, asn1_node *request)
{
	int len = (int)der->size;

	*definitions = NULL;
	*request = NULL;
	return asn1_ok(asn1_array2tree(syntax, definitions, NULL)) &&
	       asn1_ok(
		   asn1_create_element(*definitions, "CSR.Request", request)) &&
	       asn1_ok(asn1_der_decoding2(request, der->data, &len,
		   ASN1_DECODE_FLAG_STRICT_DER, NULL));
}

/* Adds what stands at NAME, encoded. */
static bool
encode(asn1_node request, const char *name, struct buf *out)
{
	int len = 0;
	int rc = asn1_der_coding(request, name, NULL, &len, NULL);

	if (rc != ASN1_MEM_ERROR)
		return asn1_ok(rc);
	if (!buf_room(out, (size_t)len) ||
	    !asn1_ok(asn1_der_coding(
		request, name, out->data + out->len, &len, NULL)))
		return false;
	out->len += (size_t)len;
	out->data[out->len] = '\0';
	return true;
}

static bool
read_value(asn1_node request, const char *name, struct buf *out)
{
	int len = 0;
	int rc = asn1_read_value(request, name, NULL, &len);

	if (rc != ASN1_MEM_ERROR)
		return asn1_ok(rc);
	if (!buf_room(out, (size_t)len) ||
	    !asn1_ok(
		asn1_read_value(request, name, out->data + out->len, &len)))
		return false;
	out->len += (size_t)len;
	out->data[out->len] = '\0';
	return true;
}

bool
pkcs10_subject(const gnutls_datum_t *der, struct buf *subject)
{
	asn1_node definitions;
	asn1_node request;
	bool ok;

	ok = decode(der, &definitions, &request) &&
	     read_value(request, "info.subject", subject);
	asn1_delete_structure(&request);
	asn1_delete_structure(&definitions);
	return ok;
}

/* Signs what stands in REQUEST, and puts the signature there too. */
static bool
sign(asn1_node request, gnutls_privkey_t key, gnutls_sign_algorithm_t algorithm)
{
	struct buf info = { 0 };
	gnutls_datum_t signature = { NULL, 0 };
	bool ok = false;
	int rc;

	if (!encode(request, "info", &info))
		goto out;
	rc = gnutls_privkey_sign_data2(key, algorithm, 0,
	    &(gnutls_datum_t){ info.data, (unsigned)info.len }, &signature);
	ok = key_signed(key, rc) &&
	     asn1_ok(asn1_write_value(request, "signature", signature.data,
		 (int)signature.size * 8));
out:
	gnutls_free(signature.data);
	buf_free(&info);
	return ok;
}

bool
pkcs10_rename(const gnutls_datum_t *der, const struct buf *subject,
    gnutls_privkey_t key, gnutls_sign_algorithm_t algorithm, struct buf *out)
{
	asn1_node definitions;
	asn1_node request;
	bool ok;

	ok = decode(der, &definitions, &request) &&
	     asn1_ok(asn1_write_value(
		 request, "info.subject", subject->data, (int)subject->len)) &&
	     sign(request, key, algorithm) && encode(request, "", out);
	asn1_delete_structure(&request);
	asn1_delete_structure(&definitions);
	return ok;
}

/* asn.c: structures in DER that GnuTLS has no functions for.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "asn.h"
#include "exit.h"
#include "fault.h"

/* libtasn1's flags: a node has children, a node after it, may be left out, has
 * a default, which is FALSE; has a tag of its own, around what it is */
#define DOWN (1u << 29)
#define RIGHT (1u << 30)
#define OPTIONAL (1u << 14)
#define DEFAULT (1u << 15)
#define IS_FALSE (1u << 17)
#define TAGGED (1u << 13)
#define EXPLICIT (1u << 11)

/* RFC 5280, 5.1, no deeper than is needed here:
 * CertificateList ::= SEQUENCE { tbsCertList TBSCertList, algorithm ANY,
 *     signature BIT STRING }
 * TBSCertList ::= SEQUENCE { version INTEGER OPTIONAL, algorithm ANY,
 *     issuer ANY, thisUpdate ANY, nextUpdate Time OPTIONAL,
 *     revokedCertificates SEQUENCE OF ANY OPTIONAL,
 *     crlExtensions [0] EXPLICIT ANY OPTIONAL }
 * Time ::= CHOICE { utcTime UTCTime, generalTime GeneralizedTime }
 * RevokedCertificate ::= SEQUENCE { userCertificate INTEGER,
 *     revocationDate Time, crlEntryExtensions SEQUENCE OF Extension OPTIONAL }
 * Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER,
 *     critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
 *
 * RFC 2986, 4:
 * CertificationRequest ::= SEQUENCE { info RequestInfo, algorithm ANY,
 *     signature BIT STRING }
 * RequestInfo ::= SEQUENCE { version INTEGER, subject ANY, key ANY,
 *     attributes ANY OPTIONAL }
 *
 * RFC 7292, 4, of what is not encrypted:
 * PFX ::= SEQUENCE { version INTEGER, authSafe ContentInfo, macData ANY }
 * AuthenticatedSafe ::= SEQUENCE OF ContentInfo
 * ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER,
 *     content [0] EXPLICIT OCTET STRING }
 * SafeContents ::= SEQUENCE OF SafeBag
 * SafeBag ::= SEQUENCE { bagId OBJECT IDENTIFIER, bagValue ANY,
 *     bagAttributes SET OF ANY }
 * Attribute ::= SEQUENCE { type OBJECT IDENTIFIER,
 *     values SET OF OBJECT IDENTIFIER }
 *
 * RFC 7030, 4.5.2:
 * CsrAttrs ::= SEQUENCE OF AttrOrOID
 * AttrOrOID ::= CHOICE { oid OBJECT IDENTIFIER, attribute Attribute } */
static const asn1_static_node syntax[] = {
	{ "ASN", DOWN | EXPLICIT | ASN1_ETYPE_DEFINITIONS, NULL },
	{ NULL, RIGHT | ASN1_ETYPE_OBJECT_ID, NULL },
	{ "CertificateList", RIGHT | DOWN | ASN1_ETYPE_SEQUENCE, NULL },
	{ "tbsCertList", RIGHT | ASN1_ETYPE_IDENTIFIER, "TBSCertList" },
	{ "algorithm", RIGHT | ASN1_ETYPE_ANY, NULL },
	{ "signature", ASN1_ETYPE_BIT_STRING, NULL },
	{ "TBSCertList", RIGHT | DOWN | ASN1_ETYPE_SEQUENCE, NULL },
	{ "version", RIGHT | OPTIONAL | ASN1_ETYPE_INTEGER, NULL },
	{ "algorithm", RIGHT | ASN1_ETYPE_ANY, NULL },
	{ "issuer", RIGHT | ASN1_ETYPE_ANY, NULL },
	{ "thisUpdate", RIGHT | ASN1_ETYPE_ANY, NULL },
	{ "nextUpdate", RIGHT | OPTIONAL | ASN1_ETYPE_IDENTIFIER, "Time" },
	{ "revokedCertificates",
	    RIGHT | DOWN | OPTIONAL | ASN1_ETYPE_SEQUENCE_OF, NULL },
	{ NULL, ASN1_ETYPE_ANY, NULL },
	{ "crlExtensions", DOWN | OPTIONAL | TAGGED | ASN1_ETYPE_ANY, NULL },
	{ NULL, EXPLICIT | ASN1_ETYPE_TAG, "0" },
	{ "Time", RIGHT | DOWN | ASN1_ETYPE_CHOICE, NULL },
	{ "utcTime", RIGHT | ASN1_ETYPE_UTC_TIME, NULL },
	{ "generalTime", ASN1_ETYPE_GENERALIZED_TIME, NULL },
	{ "RevokedCertificate", RIGHT | DOWN | ASN1_ETYPE_SEQUENCE, NULL },
	{ "userCertificate", RIGHT | ASN1_ETYPE_INTEGER, NULL },
	{ "revocationDate", RIGHT | ASN1_ETYPE_IDENTIFIER, "Time" },
	{ "crlEntryExtensions", DOWN | OPTIONAL | ASN1_ETYPE_SEQUENCE_OF,
	    NULL },
	{ NULL, ASN1_ETYPE_IDENTIFIER, "Extension" },
	{ "Extension", RIGHT | DOWN | ASN1_ETYPE_SEQUENCE, NULL },
	{ "extnID", RIGHT | ASN1_ETYPE_OBJECT_ID, NULL },
	{ "critical", RIGHT | DOWN | DEFAULT | ASN1_ETYPE_BOOLEAN, NULL },
	{ NULL, IS_FALSE | ASN1_ETYPE_DEFAULT, NULL },
	{ "extnValue", ASN1_ETYPE_OCTET_STRING, NULL },
	{ "CertificationRequest", RIGHT | DOWN | ASN1_ETYPE_SEQUENCE, NULL },
	{ "info", RIGHT | ASN1_ETYPE_IDENTIFIER, "RequestInfo" },
	{ "algorithm", RIGHT | ASN1_ETYPE_ANY, NULL },
	{ "signature", ASN1_ETYPE_BIT_STRING, NULL },
	{ "RequestInfo", RIGHT | DOWN | ASN1_ETYPE_SEQUENCE, NULL },
	{ "version", RIGHT | ASN1_ETYPE_INTEGER, NULL },
	{ "subject", RIGHT | ASN1_ETYPE_ANY, NULL },
	{ "key", RIGHT | ASN1_ETYPE_ANY, NULL },
	{ "attributes", OPTIONAL | ASN1_ETYPE_ANY, NULL },
	{ "PFX", RIGHT | DOWN | ASN1_ETYPE_SEQUENCE, NULL },
	{ "version", RIGHT | ASN1_ETYPE_INTEGER, NULL },
	{ "authSafe", RIGHT | ASN1_ETYPE_IDENTIFIER, "ContentInfo" },
	{ "macData", ASN1_ETYPE_ANY, NULL },
	{ "AuthenticatedSafe", RIGHT | DOWN | ASN1_ETYPE_SEQUENCE_OF, NULL },
	{ NULL, ASN1_ETYPE_IDENTIFIER, "ContentInfo" },
	{ "ContentInfo", RIGHT | DOWN | ASN1_ETYPE_SEQUENCE, NULL },
	{ "contentType", RIGHT | ASN1_ETYPE_OBJECT_ID, NULL },
	{ "content", DOWN | TAGGED | ASN1_ETYPE_OCTET_STRING, NULL },
	{ NULL, EXPLICIT | ASN1_ETYPE_TAG, "0" },
	{ "SafeContents", RIGHT | DOWN | ASN1_ETYPE_SEQUENCE_OF, NULL },
	{ NULL, ASN1_ETYPE_IDENTIFIER, "SafeBag" },
	{ "SafeBag", RIGHT | DOWN | ASN1_ETYPE_SEQUENCE, NULL },
	{ "bagId", RIGHT | ASN1_ETYPE_OBJECT_ID, NULL },
	{ "bagValue", RIGHT | ASN1_ETYPE_ANY, NULL },
	{ "bagAttributes", DOWN | ASN1_ETYPE_SET_OF, NULL },
	{ NULL, ASN1_ETYPE_ANY, NULL },
	{ "CsrAttrs", RIGHT | DOWN | ASN1_ETYPE_SEQUENCE_OF, NULL },
	{ NULL, ASN1_ETYPE_IDENTIFIER, "AttrOrOID" },
	{ "AttrOrOID", RIGHT | DOWN | ASN1_ETYPE_CHOICE, NULL },
	{ "oid", RIGHT | ASN1_ETYPE_OBJECT_ID, NULL },
	{ "attribute", ASN1_ETYPE_IDENTIFIER, "Attribute" },
	{ "Attribute", DOWN | ASN1_ETYPE_SEQUENCE, NULL },
	{ "type", RIGHT | ASN1_ETYPE_OBJECT_ID, NULL },
	{ "values", DOWN | ASN1_ETYPE_SET_OF, NULL },
	{ NULL, ASN1_ETYPE_OBJECT_ID, NULL },
	{ NULL, 0, NULL },
};

bool
asn_ok(int rc, const char *what)
{
	if (rc == ASN1_SUCCESS)
		return true;
	return fault(EXIT_DATA, "%s: %s", what, asn1_strerror(rc));
}

bool
asn_create(const char *type, asn1_node *node)
{
	asn1_node definitions = NULL;
	bool ok;

	*node = NULL;
	ok = asn_ok(asn1_array2tree(syntax, &definitions, NULL), type) &&
	     asn_ok(asn1_create_element(definitions, type, node), type);
	asn1_delete_structure(&definitions);
	return ok;
}

bool
asn_decode(const char *type, const void *der, size_t len, asn1_node *node)
{
	return asn_create(type, node) &&
	       asn_ok(asn1_der_decoding(node, der, (int)len, NULL), type);
}

bool
asn_encode(asn1_node node, const char *name, struct buf *out)
{
	int len = 0;
	int rc = asn1_der_coding(node, name, NULL, &len, NULL);

	if (rc != ASN1_MEM_ERROR)
		return asn_ok(
		    rc != ASN1_SUCCESS ? rc : ASN1_GENERIC_ERROR, name);
	if (!buf_room(out, (size_t)len + 1) ||
	    !asn_ok(
		asn1_der_coding(node, name, out->data + out->len, &len, NULL),
		name))
		return false;
	out->len += (size_t)len;
	out->data[out->len] = '\0';
	return true;
}

bool
asn_write(asn1_node node, const char *name, const void *value, size_t len)
{
	return asn_ok(asn1_write_value(node, name, value, (int)len), name);
}

bool
asn_read(asn1_node node, const char *name, struct buf *out)
{
	int len = 0;
	int rc = asn1_read_value(node, name, NULL, &len);

	if (rc != ASN1_MEM_ERROR)
		return asn_ok(
		    rc != ASN1_SUCCESS ? rc : ASN1_GENERIC_ERROR, name);
	if (!buf_room(out, (size_t)len + 1) ||
	    !asn_ok(
		asn1_read_value(node, name, out->data + out->len, &len), name))
		return false;
	out->len += (size_t)len;
	out->data[out->len] = '\0';
	return true;
}

size_t
asn_element(const unsigned char *der, size_t left, size_t *head)
{
	unsigned char class;
	unsigned long tag;
	int of_tag = 0;
	int of_length = 0;
	long len;

	if (asn1_get_tag_der(der, (int)left, &class, &of_tag, &tag) !=
		ASN1_SUCCESS ||
	    (size_t)of_tag >= left)
		return 0;
	len = asn1_get_length_der(der + of_tag, (int)left - of_tag, &of_length);
	*head = (size_t)of_tag + (size_t)of_length;
	if (len < 0 || *head > left || (size_t)len > left - *head)
		return 0;
	return *head + (size_t)len;
}

/* csrattrs.c: what a server wants to see in a request (RFC 7030, 4.5).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <libtasn1.h>

#include "base64.h"
#include "csrattrs.h"
#include "exit.h"
#include "fault.h"
#include "text.h"

/* One encoded thing: WHOLE is all of it, AT its contents. */
struct item {
	unsigned char class;
	unsigned long tag;
	const unsigned char *whole;
	size_t size;
	const unsigned char *at;
	size_t len;
};

/* What is still to be read. */
struct rest {
	const unsigned char *at;
	size_t len;
};

/* the names that RFC 7030, RFC 2985, RFC 5480, RFC 5758 and RFC 8017 give */
static const struct name {
	const char *oid;
	const char *name;
} names[] = {
	{ CSRATTRS_CHALLENGE, "challengePassword" },
	{ "1.2.840.113549.1.9.14", "extensionRequest" },
	{ "1.2.840.113549.1.9.1", "emailAddress" },
	{ "1.2.840.113549.1.9.2", "unstructuredName" },
	{ "1.2.840.113549.1.1.1", "rsaEncryption" },
	{ "1.2.840.113549.1.1.11", "sha256WithRSAEncryption" },
	{ "1.2.840.113549.1.1.12", "sha384WithRSAEncryption" },
	{ "1.2.840.113549.1.1.13", "sha512WithRSAEncryption" },
	{ "1.2.840.10045.2.1", "ecPublicKey" },
	{ "1.2.840.10045.3.1.7", "secp256r1" },
	{ "1.3.132.0.34", "secp384r1" },
	{ "1.3.132.0.35", "secp521r1" },
	{ "1.3.101.112", "Ed25519" },
	{ "1.3.101.113", "Ed448" },
	{ "1.2.840.10045.4.3.2", "ecdsa-with-SHA256" },
	{ "1.2.840.10045.4.3.3", "ecdsa-with-SHA384" },
	{ "1.2.840.10045.4.3.4", "ecdsa-with-SHA512" },
	{ "2.16.840.1.101.3.4.2.1", "sha256" },
	{ "2.16.840.1.101.3.4.2.2", "sha384" },
	{ "2.16.840.1.101.3.4.2.3", "sha512" },
	{ "2.5.4.3", "commonName" },
	{ "2.5.4.5", "serialNumber" },
	{ "2.5.4.6", "countryName" },
	{ "2.5.4.10", "organizationName" },
	{ "2.5.4.11", "organizationalUnitName" },
	{ "2.5.29.15", "keyUsage" },
	{ "2.5.29.17", "subjectAltName" },
	{ "2.5.29.19", "basicConstraints" },
	{ "2.5.29.37", "extKeyUsage" },
	{ "1.3.6.1.5.5.7.3.1", "serverAuth" },
	{ "1.3.6.1.5.5.7.3.2", "clientAuth" },
	{ "1.3.6.1.1.1.1.22", "macAddress" },
};

/* Takes the next item off REST. False where there is none, or none whole. */
static bool
take(struct rest *rest, struct item *item)
{
	int tag_len = 0;
	int len_len = 0;
	long len;

	if (rest->len == 0 ||
	    asn1_get_tag_der(rest->at, (int)rest->len, &item->class, &tag_len,
		&item->tag) != ASN1_SUCCESS)
		return false;
	len = asn1_get_length_der(
	    rest->at + tag_len, (int)rest->len - tag_len, &len_len);
	/* -1 is BER's indefinite length, the others are errors; no length at
	 * all is a length of none */
	if (len < 0 || len_len == 0 ||
	    (size_t)len > rest->len - (size_t)(tag_len + len_len))
		return false;
	item->whole = rest->at;
	item->at = rest->at + tag_len + len_len;
	item->len = (size_t)len;
	item->size = item->len + (size_t)(tag_len + len_len);
	rest->at += item->size;
	rest->len -= item->size;
	return true;
}

static bool
is(const struct item *item, unsigned char form, unsigned long tag)
{
	return item->class == (ASN1_CLASS_UNIVERSAL | form) && item->tag == tag;
}

/* The dotted form of ITEM; false where it is no object identifier. */
static bool
read_oid(const struct item *item, char *oid, int size)
{
	int used = 0;

	/* libtasn1 wants it from the length on, behind the tag of one byte */
	return item->whole[0] == ASN1_TAG_OBJECT_ID &&
	       asn1_get_object_id_der(item->whole + 1, (int)item->size - 1,
		   &used, oid, size) == ASN1_SUCCESS;
}

/* Takes what stands for one attribute off REST: its OID, and its values. */
static bool
take_attribute(
    struct rest *rest, char *oid, int size, struct rest *values, bool *alone)
{
	struct item item;
	struct item part;
	struct rest inner;

	*values = (struct rest){ NULL, 0 };
	if (!take(rest, &item))
		return false;
	*alone = !is(&item, ASN1_CLASS_STRUCTURED, ASN1_TAG_SEQUENCE);
	if (*alone)
		return read_oid(&item, oid, size);
	inner = (struct rest){ item.at, item.len };
	if (!take(&inner, &part) || !read_oid(&part, oid, size) ||
	    !take(&inner, &part) ||
	    !is(&part, ASN1_CLASS_STRUCTURED, ASN1_TAG_SET) || inner.len > 0)
		return false;
	*values = (struct rest){ part.at, part.len };
	return true;
}

/* The SEQUENCE around all, opened. */
static bool
open_all(const struct buf *der, struct rest *rest)
{
	struct rest all = { der->data, der->len };
	struct item item;

	if (!take(&all, &item) || all.len > 0 ||
	    !is(&item, ASN1_CLASS_STRUCTURED, ASN1_TAG_SEQUENCE))
		return false;
	*rest = (struct rest){ item.at, item.len };
	return true;
}

enum { OID_SIZE = 256 };

/* Is it what it should be, to its end? */
static bool
check(const struct buf *der)
{
	struct rest rest;
	struct rest values;
	struct item item;
	char oid[OID_SIZE];
	bool alone;

	if (!open_all(der, &rest))
		return false;
	while (rest.len > 0) {
		if (!take_attribute(&rest, oid, sizeof oid, &values, &alone))
			return false;
		while (values.len > 0)
			if (!take(&values, &item))
				return false;
	}
	return true;
}

bool
csrattrs_decode(const struct buf *body, const char *name, struct buf *der)
{
	if (body->len > 0 && check(body))
		return buf_add(der, body->data, body->len);
	if (base64_read(buf_text(body), body->len, der) && check(der))
		return true;
	buf_free(der);
	return fault(EXIT_UNTRUSTED,
	    "%s: no CSR attributes in the answer of %zu bytes", name,
	    body->len);
}

static bool
print_oid(const char *oid, struct buf *out)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i].oid, oid) == 0)
			return buf_print(out, "%s (%s)", names[i].name, oid);
	return buf_print(out, "%s", oid);
}

static bool
print_hex(const unsigned char *bytes, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++)
		if (!buf_print(out, "%02x", bytes[i]))
			return false;
	return true;
}

static bool
print_value(const struct item *item, struct buf *out)
{
	char oid[OID_SIZE];

	if (read_oid(item, oid, sizeof oid))
		return print_oid(oid, out);
	if (is(item, 0, ASN1_TAG_UTF8_STRING) ||
	    is(item, 0, ASN1_TAG_PRINTABLE_STRING) ||
	    is(item, 0, ASN1_TAG_IA5_STRING))
		return text_escape((const char *)item->at, item->len, out);
	/* what is one byte and not negative */
	if (is(item, 0, ASN1_TAG_INTEGER) && item->len == 1 &&
	    item->at[0] < 0x80)
		return buf_print(out, "%d", item->at[0]);
	return buf_add(out, "#", 1) && print_hex(item->whole, item->size, out);
}

bool
csrattrs_print(const struct buf *der, struct buf *out)
{
	struct rest rest;
	struct rest values;
	struct item item;
	char oid[OID_SIZE];
	bool alone;

	if (!open_all(der, &rest))
		return fault(EXIT_UNTRUSTED, "no CSR attributes");
	while (take_attribute(&rest, oid, sizeof oid, &values, &alone)) {
		const char *gap = ": ";

		if (!print_oid(oid, out))
			return false;
		while (take(&values, &item)) {
			if (!buf_print(out, "%s", gap) ||
			    !print_value(&item, out))
				return false;
			gap = ", ";
		}
		if (!buf_add(out, "\n", 1))
			return false;
	}
	return true;
}

bool
csrattrs_has(const struct buf *der, const char *oid)
{
	struct rest rest;
	struct rest values;
	char found[OID_SIZE];
	bool alone;

	if (!open_all(der, &rest))
		return false;
	while (take_attribute(&rest, found, sizeof found, &values, &alone))
		if (strcmp(found, oid) == 0)
			return true;
	return false;
}

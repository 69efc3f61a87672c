/* asn.c: structures in DER that GnuTLS has no functions for.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "asn-table.h"
#include "asn.h"
#include "exit.h"
#include "fault.h"

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
	ok = asn_ok(asn1_array2tree(asn_table, &definitions, NULL), type) &&
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

/* attributes.c: what the plain EST server wants to see in a request.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "asn.h"
#include "sandbox/est/attributes.h"
#include "sandbox/est/plain.h"
#include "sandbox/state/settings.h"

/* VALUE makes an attribute of an object identifier. */
struct wish {
	const char *oid;
	const char *value;
};

static const struct wish proof[] = {
	{ "1.2.840.113549.1.9.7", NULL }, /* challengePassword */
	{ NULL, NULL },
};

static const struct wish sample[] = {
	{ "1.2.840.113549.1.9.7", NULL }, /* challengePassword */
	{ "1.2.840.10045.2.1", "1.2.840.10045.3.1.7" }, /* EC, secp256r1 */
	{ "1.2.840.113549.1.9.14", NULL }, /* extensionRequest */
	{ "1.2.840.10045.4.3.2", NULL }, /* ecdsa-with-SHA256 */
	{ NULL, NULL },
};

static bool
add_wish(asn1_node node, const struct wish *wish)
{
	if (!asn_write(node, "", "NEW", 1))
		return false;
	if (wish->value == NULL)
		return asn_write(node, "?LAST", "oid", 0) &&
		       asn_write(node, "?LAST.oid", wish->oid, 0);
	return asn_write(node, "?LAST", "attribute", 0) &&
	       asn_write(node, "?LAST.attribute.type", wish->oid, 0) &&
	       asn_write(node, "?LAST.attribute.values", "NEW", 1) &&
	       asn_write(node, "?LAST.attribute.values.?LAST", wish->value, 0);
}

static bool
encode(const struct wish *wishes, struct buf *der)
{
	asn1_node node = NULL;
	bool ok = asn_create("ASN.CsrAttrs", &node);

	for (; ok && wishes->oid != NULL; wishes++)
		ok = add_wish(node, wishes);
	ok = ok && asn_encode(node, "", der);
	asn1_delete_structure(&node);
	return ok;
}

bool
attributes_answer(struct exchange *x)
{
	struct store *store = &x->tenant->store;
	struct buf der = { 0 };
	bool all;
	bool proven;
	bool ok;

	if (!settings_is(store, SETTING_EST_ATTRIBUTES, "sample", &all) ||
	    !settings_is(store, SETTING_EST_PROOF, "required", &proven))
		return false;
	if (!all && !proven)
		return exchange_answer(x, 204, NULL, NULL, 0);
	ok = encode(all ? sample : proof, &der) &&
	     plain_answer(x, "application/csrattrs", der.data, der.len);
	buf_free(&der);
	return ok;
}

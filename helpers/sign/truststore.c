/* truststore.c: stores of trusted certificates (PKCS#12, RFC 7292).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gnutls/pkcs12.h>

#include "asn.h"
#include "fault.h"
#include "truststore.h"

/* Java takes a certificate without a key for trusted only where it has the
 * attribute trustedKeyUsage, of Oracle's, for any purpose. */
#define OID_TRUSTED "2.16.840.1.113894.746875.1.1"
#define OID_ANY_PURPOSE "2.5.29.37.0"

static bool
set_name(gnutls_pkcs12_bag_t bag, const char *name, unsigned nth)
{
	struct buf text = { 0 };
	bool ok;

	ok = name == NULL ? buf_print(&text, "%u", nth)
	     : nth == 1   ? buf_print(&text, "%s", name)
			  : buf_print(&text, "%s-%u", name, nth);
	ok = ok && x509_ok(gnutls_pkcs12_bag_set_friendly_name(
			       bag, 0, buf_text(&text)),
		       buf_text(&text));
	buf_free(&text);
	return ok;
}

/* A bag for each: GnuTLS puts 32 in one at most. */
static bool
add_certificate(gnutls_pkcs12_t store, gnutls_x509_crt_t crt, const char *name,
    unsigned nth)
{
	gnutls_pkcs12_bag_t bag = NULL;
	bool ok;

	ok = x509_ok(gnutls_pkcs12_bag_init(&bag), "store") &&
	     x509_ok(gnutls_pkcs12_bag_set_crt(bag, crt), "certificate") &&
	     set_name(bag, name, nth) &&
	     x509_ok(gnutls_pkcs12_set_bag(store, bag), "store");
	if (bag != NULL)
		gnutls_pkcs12_bag_deinit(bag);
	return ok;
}

/* Adds the mark to MARK in DER. */
static bool
encode_mark(struct buf *mark)
{
	asn1_node attribute = NULL;
	bool ok;

	ok = asn_create("ASN.Attribute", &attribute) &&
	     asn_write(attribute, "type", OID_TRUSTED, 1) &&
	     asn_write(attribute, "values", "NEW", 1) &&
	     asn_write(attribute, "values.?1", OID_ANY_PURPOSE, 1) &&
	     asn_encode(attribute, "", mark);
	asn1_delete_structure(&attribute);
	return ok;
}

/* Marks the one certificate in the NTH part of SAFE. */
static bool
mark_part(asn1_node safe, unsigned nth, const struct buf *mark)
{
	struct buf part = { 0 };
	struct buf before = { 0 };
	struct buf after = { 0 };
	asn1_node contents = NULL;
	bool ok;

	ok = buf_print(&part, "?%u.content", nth) &&
	     asn_read(safe, buf_text(&part), &before) &&
	     asn_decode(
		 "ASN.SafeContents", before.data, before.len, &contents) &&
	     asn_write(contents, "?1.bagAttributes", "NEW", 1) &&
	     asn_write(
		 contents, "?1.bagAttributes.?LAST", mark->data, mark->len) &&
	     asn_encode(contents, "", &after) &&
	     asn_write(safe, buf_text(&part), after.data, after.len);
	asn1_delete_structure(&contents);
	buf_free(&part);
	buf_free(&before);
	buf_free(&after);
	return ok;
}

/* Adds the store DER of COUNT certificates to OUT with the mark on each; its
 * seal is broken thereby. */
static bool
mark_all(const gnutls_datum_t *der, unsigned count, struct buf *out)
{
	static const char content[] = "authSafe.content";
	struct buf mark = { 0 };
	struct buf before = { 0 };
	struct buf after = { 0 };
	asn1_node pfx = NULL;
	asn1_node safe = NULL;
	bool ok;

	ok =
	    encode_mark(&mark) &&
	    asn_decode("ASN.PFX", der->data, der->size, &pfx) &&
	    asn_read(pfx, content, &before) &&
	    asn_decode("ASN.AuthenticatedSafe", before.data, before.len, &safe);
	for (unsigned nth = 1; ok && nth <= count; nth++)
		ok = mark_part(safe, nth, &mark);
	ok = ok && asn_encode(safe, "", &after) &&
	     asn_write(pfx, content, after.data, after.len) &&
	     asn_encode(pfx, "", out);
	asn1_delete_structure(&pfx);
	asn1_delete_structure(&safe);
	buf_free(&mark);
	buf_free(&before);
	buf_free(&after);
	return ok;
}

/* Seals STORE, and DER receives it. */
static bool
seal(gnutls_pkcs12_t store, const char *password, gnutls_datum_t *der)
{
	return x509_ok(gnutls_pkcs12_generate_mac2(
			   store, GNUTLS_MAC_SHA256, password),
		   "store") &&
	       x509_ok(gnutls_pkcs12_export2(store, GNUTLS_X509_FMT_DER, der),
		   "store");
}

/* Seals the store in DER anew, and adds it to OUT. */
static bool
seal_again(const struct buf *der, const char *password, struct buf *out)
{
	gnutls_datum_t from = { der->data, (unsigned)der->len };
	gnutls_datum_t to = { NULL, 0 };
	gnutls_pkcs12_t store = NULL;
	bool ok;

	if (gnutls_pkcs12_init(&store) < 0)
		return fault_memory();
	ok = x509_ok(gnutls_pkcs12_import(store, &from, GNUTLS_X509_FMT_DER, 0),
		 "store") &&
	     seal(store, password, &to) && buf_add(out, to.data, to.size);
	gnutls_free(to.data);
	gnutls_pkcs12_deinit(store);
	return ok;
}

bool
truststore_make(const struct x509_list *list, const char *name,
    const char *password, struct buf *out)
{
	gnutls_datum_t plain = { NULL, 0 };
	gnutls_pkcs12_t store = NULL;
	struct buf marked = { 0 };
	bool ok = true;

	if (gnutls_pkcs12_init(&store) < 0)
		return fault_memory();
	for (unsigned i = 0; ok && i < list->count; i++)
		ok = add_certificate(store, list->crt[i], name, i + 1);
	ok = ok && seal(store, password, &plain) &&
	     mark_all(&plain, list->count, &marked) &&
	     seal_again(&marked, password, out);
	gnutls_pkcs12_deinit(store);
	gnutls_free(plain.data);
	buf_free(&marked);
	return ok;
}

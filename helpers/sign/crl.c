/* crl.c: certificate revocation lists (RFC 5280, 5): make one, read one again.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gnutls/x509.h>

#include "asn.h"
#include "crl.h"
#include "exit.h"
#include "fault.h"
#include "x509.h"

/* Is OLD the CA's own? Its dates do not matter. */
static bool
check_signature(
    gnutls_x509_crl_t old, const char *name, const struct authority *ca)
{
	if (gnutls_x509_crl_check_issuer(old, ca->chain.crt[0]) == 0)
		return fault(
		    EXIT_DATA, "%s: not from the CA in %s", name, ca->name);
	return x509_crl_signed_by(old, ca->chain.crt[0]) ||
	       fault(EXIT_DATA, "%s: its signature is not that of %s", name,
		   ca->name);
}

/* A list for some certificates only, or of changes only, says so in a critical
 * extension: what is made from it would be another list. */
static bool
check_extensions(gnutls_x509_crl_t old, const char *name)
{
	char oid[128];

	for (unsigned i = 0;; i++) {
		size_t size = sizeof oid;
		unsigned critical = 0;
		int rc = gnutls_x509_crl_get_extension_info(
		    old, i, oid, &size, &critical);

		if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			return true;
		if (!x509_ok(rc, name))
			return false;
		if (critical != 0)
			return fault(EXIT_DATA,
			    "%s: has an extension that cannot be kept: %s",
			    name, oid);
	}
}

static bool
read_number(gnutls_x509_crl_t old, const char *name, uint64_t *number)
{
	unsigned char bytes[SERIAL_SIZE];
	size_t size = sizeof bytes;
	int rc = gnutls_x509_crl_get_number(old, bytes, &size, NULL);

	*number = 0;
	if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return true;
	if (!x509_ok(rc, name))
		return false;
	for (size_t i = 0; i < size; i++) {
		if (*number > UINT64_MAX >> 9)
			return fault(EXIT_DATA,
			    "%s: its number is too large to count on", name);
		*number = *number << 8 | bytes[i];
	}
	return true;
}

/* Adds each entry of the DER sequence of SIZE bytes. */
static bool
add_entries(const unsigned char *der, size_t size, struct revoked *list)
{
	size_t head;
	size_t len = asn_element(der, size, &head);

	if (len == 0)
		return fault(EXIT_DATA, "its entries cannot be read");
	for (size_t at = head; at < len;) {
		size_t step = asn_element(der + at, len - at, &head);

		if (step == 0)
			return fault(EXIT_DATA, "an entry cannot be read");
		if (!revoked_add_der(list, der + at, step))
			return false;
		at += step;
	}
	return true;
}

static bool
add_all(const gnutls_datum_t *der, struct revoked *list)
{
	asn1_node crl = NULL;
	int start;
	int end;
	int rc;
	bool ok;

	ok = asn_decode("ASN.CertificateList", der->data, der->size, &crl);
	if (!ok)
		goto out;
	rc = asn1_der_decoding_startEnd(crl, der->data, (int)der->size,
	    "tbsCertList.revokedCertificates", &start, &end);
	/* a CRL without entries has no list of them either */
	if (rc != ASN1_ELEMENT_NOT_FOUND)
		ok = asn_ok(rc, "entries") &&
		     add_entries(
			 der->data + start, (size_t)(end - start) + 1, list);
out:
	asn1_delete_structure(&crl);
	return ok;
}

bool
crl_add_old(const void *data, size_t len, const char *name,
    const struct authority *ca, struct revoked *list, uint64_t *number)
{
	gnutls_datum_t text = { (void *)data, (unsigned)len };
	gnutls_datum_t der = { NULL, 0 };
	gnutls_x509_crl_t old = NULL;
	bool ok = false;

	if (gnutls_x509_crl_init(&old) < 0)
		return fault_memory();
	if (gnutls_x509_crl_import(old, &text, GNUTLS_X509_FMT_PEM) < 0 &&
	    gnutls_x509_crl_import(old, &text, GNUTLS_X509_FMT_DER) < 0) {
		fault(EXIT_DATA, "%s: not a CRL", name);
		goto out;
	}
	if (!check_signature(old, name, ca) || !check_extensions(old, name) ||
	    !read_number(old, name, number))
		goto out;
	ok = x509_ok(gnutls_x509_crl_export2(old, GNUTLS_X509_FMT_DER, &der),
		 name) &&
	     (add_all(&der, list) ||
		 fault(EXIT_DATA, "%s: %s", name, fault_text()));
out:
	gnutls_free(der.data);
	gnutls_x509_crl_deinit(old);
	return ok;
}

static bool
set_number(gnutls_x509_crl_t crl, uint64_t number)
{
	unsigned char bytes[8];
	struct serial serial;

	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(number >> (56 - 8 * i));
	return serial_set(bytes, sizeof bytes, &serial) &&
	       x509_ok(
		   gnutls_x509_crl_set_number(crl, serial.bytes, serial.len),
		   "CRL number");
}

/* An issuer without an id of its own key is named by its name alone. */
static bool
set_key_id(gnutls_x509_crl_t crl, gnutls_x509_crt_t issuer)
{
	unsigned char id[64];
	size_t size = sizeof id;

	return gnutls_x509_crt_get_subject_key_id(issuer, id, &size, NULL) <
		   0 ||
	       x509_ok(gnutls_x509_crl_set_authority_key_id(crl, id, size),
		   "issuer's key id");
}

/* A CRL that is complete but for its entries: the first of LIST, if there is
 * one, stands for all of them. */
static bool
make(const struct revoked *list, const struct authority *ca,
    const struct crl_rules *rules, gnutls_x509_crl_t crl)
{
	const struct serial *first =
	    list->count > 0 ? &list->entries[0].serial : NULL;

	return x509_ok(gnutls_x509_crl_set_version(crl, 2), "CRL") &&
	       x509_ok(gnutls_x509_crl_set_this_update(crl, rules->now),
		   "thisUpdate") &&
	       x509_ok(gnutls_x509_crl_set_next_update(crl, rules->next),
		   "nextUpdate") &&
	       (first == NULL ||
		   x509_ok(gnutls_x509_crl_set_crt_serial(
			       crl, first->bytes, first->len, rules->now),
		       "entry")) &&
	       set_key_id(crl, ca->chain.crt[0]) &&
	       set_number(crl, rules->number) &&
	       x509_ok(gnutls_x509_crl_privkey_sign(crl, ca->chain.crt[0],
			   ca->key, key_digest(ca->key), 0),
		   "signature");
}

/* Signs the part of CRL that is signed anew, as ALGORITHM says. */
static bool
sign_again(
    asn1_node crl, gnutls_sign_algorithm_t algorithm, gnutls_privkey_t key)
{
	gnutls_datum_t signature = { NULL, 0 };
	gnutls_datum_t data;
	struct buf tbs = { 0 };
	bool ok = false;

	if (!asn_encode(crl, "tbsCertList", &tbs))
		goto out;
	data = (gnutls_datum_t){ tbs.data, (unsigned)tbs.len };
	ok = x509_ok(gnutls_privkey_sign_data2(
			 key, algorithm, 0, &data, &signature),
		 "signature") &&
	     asn_write(crl, "signature", signature.data,
		 (size_t)signature.size * 8);
out:
	gnutls_free(signature.data);
	buf_free(&tbs);
	return ok;
}

/* Puts the entries of LIST in the place of the one in DER, and the CRL with its
 * new signature in OUT. */
static bool
fill(const gnutls_datum_t *der, const struct revoked *list,
    gnutls_sign_algorithm_t algorithm, gnutls_privkey_t key, struct buf *out)
{
	struct buf all = { 0 };
	asn1_node crl = NULL;
	bool ok = false;

	for (size_t i = 0; i < list->count; i++)
		if (!buf_add(&all, list->der.data + list->entries[i].at,
			list->entries[i].len))
			goto out;
	ok = asn_decode("ASN.CertificateList", der->data, der->size, &crl) &&
	     asn_write(crl, "tbsCertList.revokedCertificates.?1", all.data,
		 all.len) &&
	     sign_again(crl, algorithm, key) && asn_encode(crl, "", out);
out:
	asn1_delete_structure(&crl);
	buf_free(&all);
	return ok;
}

static bool
print_pem(const void *der, size_t len, struct buf *pem)
{
	gnutls_datum_t data = { (void *)der, (unsigned)len };
	gnutls_datum_t text = { NULL, 0 };
	bool ok;

	ok = x509_ok(
		 gnutls_pem_base64_encode2("X509 CRL", &data, &text), "CRL") &&
	     buf_add(pem, text.data, text.size);
	gnutls_free(text.data);
	return ok;
}

bool
crl_sign(struct revoked *list, const struct authority *ca,
    const struct crl_rules *rules, struct buf *pem)
{
	gnutls_datum_t der = { NULL, 0 };
	gnutls_x509_crl_t crl = NULL;
	struct buf full = { 0 };
	bool ok;

	if (gnutls_x509_crl_init(&crl) < 0)
		return fault_memory();
	revoked_sort(list);
	ok = make(list, ca, rules, crl) &&
	     x509_ok(gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_DER, &der),
		 "CRL");
	if (ok && list->count == 0)
		ok = print_pem(der.data, der.size, pem);
	else if (ok)
		ok = fill(&der, list,
			 gnutls_x509_crl_get_signature_algorithm(crl), ca->key,
			 &full) &&
		     print_pem(full.data, full.len, pem);
	buf_free(&full);
	gnutls_free(der.data);
	gnutls_x509_crl_deinit(crl);
	return ok;
}

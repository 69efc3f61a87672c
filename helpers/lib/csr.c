/* csr.c: certificate requests (RFC 2986).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>

#include "csr.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "text.h"
#include "x509.h"

/* upper bounds of RFC 5280, appendix A.1; GnuTLS does not hold to them */
static const struct name {
	const char *name;
	const char *oid;
	size_t limit;
} names[] = {
	{ "CN", GNUTLS_OID_X520_COMMON_NAME, 64 },
	{ "O", GNUTLS_OID_X520_ORGANIZATION_NAME, 64 },
	{ "OU", GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME, 64 },
};

bool
csr_new(gnutls_x509_crq_t *csr)
{
	*csr = NULL;
	if (!x509_start())
		return false;
	if (gnutls_x509_crq_init(csr) < 0)
		return fault_memory();
	if (x509_ok(gnutls_x509_crq_set_version(*csr, 1), "request"))
		return true;
	csr_free(*csr);
	*csr = NULL;
	return false;
}

static bool
check_value(const struct name *name, const char *value)
{
	size_t len = strlen(value);

	if (len == 0)
		return fault(EXIT_DATA, "%s: empty", name->name);
	if (!text_is_clean(value, len))
		return fault(EXIT_DATA,
		    "%s: %s: not UTF-8, or with a control character",
		    name->name, value);
	if (len > name->limit)
		return fault(EXIT_DATA, "%s: %s: over %zu bytes", name->name,
		    value, name->limit);
	return true;
}

bool
csr_add_name(gnutls_x509_crq_t csr, const char *name, const char *value)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i].name, name) == 0)
			return check_value(&names[i], value) &&
			       x509_ok(gnutls_x509_crq_set_dn_by_oid(csr,
					   names[i].oid, 0, value,
					   (unsigned)strlen(value)),
				   value);
	return fault(EXIT_USAGE, "%s: no such part of a subject", name);
}

static bool
add_san(gnutls_x509_crq_t csr, gnutls_x509_subject_alt_name_t type,
    const void *data, size_t len, const char *what)
{
	return x509_ok(gnutls_x509_crq_set_subject_alt_name(
			   csr, type, data, (unsigned)len, GNUTLS_FSAN_APPEND),
	    what);
}

bool
csr_add_dns(gnutls_x509_crq_t csr, const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-._*";

	if (name[0] == '\0' || name[strspn(name, allowed)] != '\0')
		return fault(EXIT_DATA, "%s: not the name of a host", name);
	return add_san(csr, GNUTLS_SAN_DNSNAME, name, strlen(name), name);
}

bool
csr_add_ip(gnutls_x509_crq_t csr, const char *address)
{
	unsigned char bytes[16];

	if (inet_pton(AF_INET, address, bytes) == 1)
		return add_san(csr, GNUTLS_SAN_IPADDRESS, bytes, 4, address);
	if (inet_pton(AF_INET6, address, bytes) == 1)
		return add_san(csr, GNUTLS_SAN_IPADDRESS, bytes, 16, address);
	return fault(EXIT_DATA, "%s: not an IP address", address);
}

/* How many attributes of type OID stand before the one at INDEX. */
static unsigned
count_before(gnutls_x509_crt_t crt, unsigned index, const char *oid)
{
	unsigned count = 0;

	for (unsigned i = 0; i < index; i++) {
		char other[128];
		size_t size = sizeof other;

		if (gnutls_x509_crt_get_dn_oid(crt, i, other, &size) == 0 &&
		    strcmp(other, oid) == 0)
			count++;
	}
	return count;
}

/* Copies the INDEXth attribute as it is encoded: a server may compare bytes,
 * and another string type is another subject to it. */
static bool
copy_attribute(gnutls_x509_crq_t csr, gnutls_x509_crt_t crt, unsigned index,
    const char *oid)
{
	unsigned nth = count_before(crt, index, oid);
	struct buf value = { 0 };
	size_t size = 0;
	bool ok = false;
	int rc;

	rc = gnutls_x509_crt_get_dn_by_oid(crt, oid, nth, 1, NULL, &size);
	if (rc != GNUTLS_E_SHORT_MEMORY_BUFFER) {
		x509_ok(rc < 0 ? rc : GNUTLS_E_ASN1_GENERIC_ERROR, "subject");
		goto out;
	}
	for (size_t i = 0; i < size; i++)
		if (!buf_add(&value, "", 1))
			goto out;
	rc = gnutls_x509_crt_get_dn_by_oid(crt, oid, nth, 1, value.data, &size);
	ok = x509_ok(rc, "subject") &&
	     x509_ok(gnutls_x509_crq_set_dn_by_oid(
			 csr, oid, 1, value.data, (unsigned)size),
		 "subject");
out:
	buf_free(&value);
	return ok;
}

/* A part of several attributes ("CN=a+O=b") is more than GnuTLS can set. */
static bool
check_same_name(gnutls_x509_crq_t csr, gnutls_x509_crt_t crt)
{
	gnutls_datum_t ours = { NULL, 0 };
	gnutls_datum_t theirs = { NULL, 0 };
	bool ok;

	ok = x509_ok(gnutls_x509_crt_get_dn3(crt, &theirs, 0), "subject") &&
	     x509_ok(gnutls_x509_crq_get_dn3(csr, &ours, 0), "subject");
	if (ok && (ours.size != theirs.size ||
		      memcmp(ours.data, theirs.data, ours.size) != 0))
		ok = fault(EXIT_DATA, "%s: a subject that cannot be copied",
		    theirs.data);
	gnutls_free(ours.data);
	gnutls_free(theirs.data);
	return ok;
}

static bool
copy_alternative_names(gnutls_x509_crq_t csr, gnutls_x509_crt_t crt)
{
	gnutls_datum_t names_der = { NULL, 0 };
	unsigned critical = 0;
	bool ok;
	int rc;

	rc = gnutls_x509_crt_get_extension_by_oid2(
	    crt, GNUTLS_X509EXT_OID_SAN, 0, &names_der, &critical);
	if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return true;
	ok = x509_ok(rc, "alternative names") &&
	     x509_ok(gnutls_x509_crq_set_extension_by_oid(csr,
			 GNUTLS_X509EXT_OID_SAN, names_der.data, names_der.size,
			 critical),
		 "alternative names");
	gnutls_free(names_der.data);
	return ok;
}

bool
csr_copy_names(gnutls_x509_crq_t csr, gnutls_x509_crt_t crt)
{
	for (unsigned i = 0;; i++) {
		char oid[128];
		size_t size = sizeof oid;
		int rc = gnutls_x509_crt_get_dn_oid(crt, i, oid, &size);

		if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
		if (!x509_ok(rc, "subject") ||
		    !copy_attribute(csr, crt, i, oid))
			return false;
	}
	return check_same_name(csr, crt) && copy_alternative_names(csr, crt);
}

bool
csr_sign(gnutls_x509_crq_t csr, gnutls_privkey_t key, struct buf *pem)
{
	gnutls_pubkey_t half = NULL;
	gnutls_datum_t der = { NULL, 0 };
	gnutls_datum_t text = { NULL, 0 };
	bool ok = false;

	/* GnuTLS would label it NEW CERTIFICATE REQUEST: RFC 7468 has the
	 * shorter one */
	ok = x509_ok(gnutls_pubkey_init(&half), "key") &&
	     x509_ok(gnutls_pubkey_import_privkey(half, key, 0, 0), "key") &&
	     x509_ok(gnutls_x509_crq_set_pubkey(csr, half), "request") &&
	     x509_ok(gnutls_x509_crq_privkey_sign(csr, key, key_digest(key), 0),
		 "signature") &&
	     csr_verify(csr) &&
	     x509_ok(gnutls_x509_crq_export2(csr, GNUTLS_X509_FMT_DER, &der),
		 "request") &&
	     x509_ok(
		 gnutls_pem_base64_encode2("CERTIFICATE REQUEST", &der, &text),
		 "request") &&
	     buf_add(pem, text.data, text.size);
	gnutls_free(text.data);
	gnutls_free(der.data);
	if (half != NULL)
		gnutls_pubkey_deinit(half);
	return ok;
}

bool
csr_parse(
    const void *data, size_t len, const char *name, gnutls_x509_crq_t *csr)
{
	gnutls_datum_t datum = { (void *)data, (unsigned)len };

	*csr = NULL;
	if (!x509_start())
		return false;
	if (gnutls_x509_crq_init(csr) < 0)
		return fault_memory();
	if (gnutls_x509_crq_import(*csr, &datum, GNUTLS_X509_FMT_PEM) == 0 ||
	    gnutls_x509_crq_import(*csr, &datum, GNUTLS_X509_FMT_DER) == 0)
		return true;
	csr_free(*csr);
	*csr = NULL;
	return fault(EXIT_DATA, "%s: not a certificate request", name);
}

bool
csr_verify(gnutls_x509_crq_t csr)
{
	return x509_ok(
	    gnutls_x509_crq_verify(csr, 0), "request: its own signature");
}

bool
csr_read(const char *path, gnutls_x509_crq_t *csr)
{
	struct buf text = { 0 };
	bool ok;

	*csr = NULL;
	ok = file_read(path, &text) &&
	     csr_parse(text.data, text.len,
		 strcmp(path, "-") == 0 ? "standard input" : path, csr);
	buf_free(&text);
	return ok;
}

bool
csr_key_id(gnutls_x509_crq_t csr, struct key_id *id)
{
	size_t size = sizeof id->hash;

	return x509_ok(gnutls_x509_crq_get_key_id(
			   csr, GNUTLS_KEYID_USE_SHA256, id->hash, &size),
	    "request");
}

bool
csr_common_name(gnutls_x509_crq_t csr, struct buf *out)
{
	struct buf name = { 0 };
	size_t size = 0;
	bool ok = false;
	int rc;

	rc = gnutls_x509_crq_get_dn_by_oid(
	    csr, GNUTLS_OID_X520_COMMON_NAME, 0, 0, NULL, &size);
	if (rc == GNUTLS_E_SHORT_MEMORY_BUFFER && buf_room(&name, size))
		rc = gnutls_x509_crq_get_dn_by_oid(
		    csr, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name.data, &size);
	ok = x509_ok(rc, "request: no common name") &&
	     x509_unescape((char *)name.data, out);
	buf_free(&name);
	return ok;
}

bool
csr_print_base64(gnutls_x509_crq_t csr, struct buf *out)
{
	gnutls_datum_t der = { NULL, 0 };
	gnutls_datum_t text = { NULL, 0 };
	bool ok;

	ok = x509_ok(gnutls_x509_crq_export2(csr, GNUTLS_X509_FMT_DER, &der),
		 "request") &&
	     x509_ok(gnutls_base64_encode2(&der, &text), "request");
	for (unsigned at = 0; ok && at < text.size; at += 64)
		ok = buf_add(out, text.data + at,
			 text.size - at < 64 ? text.size - at : 64) &&
		     buf_add(out, "\n", 1);
	gnutls_free(text.data);
	gnutls_free(der.data);
	return ok;
}

void
csr_free(gnutls_x509_crq_t csr)
{
	if (csr != NULL)
		gnutls_x509_crq_deinit(csr);
}

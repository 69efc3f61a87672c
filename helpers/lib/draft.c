/* draft.c: a certificate request in the making (RFC 2986).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/crypto.h>
#include <gnutls/x509-ext.h>

#include "csr.h"
#include "draft.h"
#include "exit.h"
#include "fault.h"
#include "key.h"
#include "names.h"
#include "pkcs10.h"
#include "text.h"
#include "usage.h"
#include "x509.h"

/* RFC 2985, pkcs-9-ub-challengePassword */
enum { CHALLENGE_LIMIT = 255 };

/* a Name of no parts: SEQUENCE, length 0 */
enum { EMPTY_NAME = 2 };

bool
draft_start(struct draft *draft)
{
	*draft = (struct draft){ 0 };
	if (!x509_start())
		return false;
	if (gnutls_x509_crq_init(&draft->csr) < 0)
		return fault_memory();
	return x509_ok(gnutls_x509_crq_set_version(draft->csr, 1), "request");
}

bool
draft_add_name(struct draft *draft, const char *name, const char *value)
{
	const struct name_part *part = names_find(name);
	size_t size = 0;

	if (part == NULL)
		return fault(EXIT_USAGE, "%s: no such part of a subject", name);
	if (!names_check(part, value))
		return false;
	if (part->single &&
	    gnutls_x509_crq_get_dn_by_oid(draft->csr, part->oid, 0, 0, NULL,
		&size) != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return fault(EXIT_USAGE,
		    "%s: %s: a subject has one of them, and this is the second",
		    name, value);
	return x509_ok(gnutls_x509_crq_set_dn_by_oid(draft->csr, part->oid, 0,
			   value, (unsigned)strlen(value)),
	    value);
}

bool
draft_add_alternative(
    struct draft *draft, gnutls_x509_subject_alt_name_t type, const char *text)
{
	struct buf value = { 0 };
	bool ok;

	ok = names_alternative(type, text, &value) &&
	     x509_ok(gnutls_x509_crq_set_subject_alt_name(draft->csr, type,
			 value.data, (unsigned)value.len, GNUTLS_FSAN_APPEND),
		 text);
	buf_free(&value);
	return ok;
}

static bool
add_extension(struct draft *draft, const char *oid, const gnutls_datum_t *der,
    bool critical)
{
	return x509_ok(gnutls_x509_crq_set_extension_by_oid(
			   draft->csr, oid, der->data, der->size, critical),
	    "extension");
}

/* Takes the subject, and the alternative names DER, of which RC told whether
 * there are any. */
static bool
take_names(struct draft *draft, const void *subject, size_t len, int rc,
    const gnutls_datum_t *der, bool critical)
{
	bool none = rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;

	if (!none && !x509_ok(rc, "alternative names"))
		return false;
	if (none && len <= EMPTY_NAME)
		return fault(EXIT_DATA, "it names nobody: no subject, and no "
					"alternative name");
	buf_free(&draft->subject);
	return buf_add(&draft->subject, subject, len) &&
	       (none ||
		   add_extension(draft, GNUTLS_X509EXT_OID_SAN, der, critical));
}

bool
draft_copy_crt(struct draft *draft, gnutls_x509_crt_t crt)
{
	gnutls_datum_t subject = { NULL, 0 };
	gnutls_datum_t names = { NULL, 0 };
	unsigned critical = 0;
	bool ok = false;
	int rc;

	if (!x509_ok(gnutls_x509_crt_get_raw_dn(crt, &subject), "subject"))
		goto out;
	rc = gnutls_x509_crt_get_extension_by_oid2(
	    crt, GNUTLS_X509EXT_OID_SAN, 0, &names, &critical);
	ok = take_names(
	    draft, subject.data, subject.size, rc, &names, critical != 0);
out:
	gnutls_free(subject.data);
	gnutls_free(names.data);
	return ok;
}

bool
draft_copy_csr(struct draft *draft, gnutls_x509_crq_t csr)
{
	gnutls_datum_t der = { NULL, 0 };
	gnutls_datum_t names = { NULL, 0 };
	struct buf subject = { 0 };
	unsigned critical = 0;
	bool ok = false;
	int rc;

	if (!x509_ok(gnutls_x509_crq_export2(csr, GNUTLS_X509_FMT_DER, &der),
		"request") ||
	    !pkcs10_subject(&der, &subject))
		goto out;
	rc = gnutls_x509_crq_get_extension_by_oid2(
	    csr, GNUTLS_X509EXT_OID_SAN, 0, &names, &critical);
	ok = take_names(
	    draft, subject.data, subject.len, rc, &names, critical != 0);
out:
	buf_free(&subject);
	gnutls_free(names.data);
	gnutls_free(der.data);
	return ok;
}

bool
draft_add_usage(struct draft *draft, const char *list)
{
	unsigned flags;

	return usage_parse(list, &flags) &&
	       x509_ok(gnutls_x509_crq_set_key_usage(draft->csr, flags), list);
}

bool
draft_add_purposes(struct draft *draft, const char *list)
{
	gnutls_x509_key_purposes_t purposes;
	gnutls_datum_t der = { NULL, 0 };
	bool ok;

	if (!usage_parse_purposes(list, &purposes))
		return false;
	ok = x509_ok(
		 gnutls_x509_ext_export_key_purposes(purposes, &der), list) &&
	     add_extension(
		 draft, GNUTLS_X509EXT_OID_EXTENDED_KEY_USAGE, &der, false);
	gnutls_free(der.data);
	gnutls_x509_key_purpose_deinit(purposes);
	return ok;
}

bool
draft_add_challenge(struct draft *draft, const char *password)
{
	size_t len = strlen(password);

	if (!text_is_clean(password, len))
		return fault(EXIT_DATA, "challenge password: not UTF-8, or "
					"with a control character");
	if (text_count(password, len) > CHALLENGE_LIMIT)
		return fault(EXIT_DATA,
		    "challenge password: over %d characters", CHALLENGE_LIMIT);
	return x509_ok(
	    gnutls_x509_crq_set_challenge_password(draft->csr, password),
	    "challenge password");
}

/* Puts the subject that was copied in the place of the one that GnuTLS could
 * put together. */
static bool
rename_subject(
    struct draft *draft, gnutls_privkey_t key, gnutls_x509_crq_t *csr)
{
	gnutls_datum_t der = { NULL, 0 };
	struct buf renamed = { 0 };
	bool ok;

	*csr = NULL;
	ok = x509_ok(
		 gnutls_x509_crq_export2(draft->csr, GNUTLS_X509_FMT_DER, &der),
		 "request") &&
	     pkcs10_rename(&der, &draft->subject, key,
		 (gnutls_sign_algorithm_t)
		     gnutls_x509_crq_get_signature_algorithm(draft->csr),
		 &renamed) &&
	     csr_parse(renamed.data, renamed.len, "request", csr);
	if (der.data != NULL)
		gnutls_memset(der.data, 0, der.size);
	gnutls_free(der.data);
	buf_free(&renamed);
	return ok;
}

bool
draft_sign(struct draft *draft, gnutls_privkey_t key, struct buf *pem)
{
	gnutls_x509_crq_t csr = NULL;
	bool ok;

	if (draft->subject.len == 0)
		return csr_sign(draft->csr, key, pem);
	/* GnuTLS signs none without a subject */
	ok = draft_add_name(draft, "CN", "subject") &&
	     csr_seal(draft->csr, key) && rename_subject(draft, key, &csr) &&
	     csr_print(csr, key, pem);
	csr_free(csr);
	return ok;
}

void
draft_free(struct draft *draft)
{
	csr_free(draft->csr);
	buf_free(&draft->subject);
	*draft = (struct draft){ 0 };
}

/* sign.c: a request becomes a certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gnutls/crypto.h>

#include "csr.h"
#include "exit.h"
#include "fault.h"
#include "key.h"
#include "sign.h"
#include "x509.h"

static const char *
name_of(const struct sign_rules *rules)
{
	return rules->name != NULL ? rules->name : "request";
}

/* The key that signs must be the issuer's, or the request's own. */
static bool
check_issuer(gnutls_x509_crq_t csr, const struct sign_rules *rules)
{
	struct key_id theirs;
	struct key_id ours;

	if (!key_get_id(rules->issuer_key, &ours))
		return false;
	if (!(rules->issuer != NULL ? x509_key_id(rules->issuer, &theirs)
				    : csr_key_id(csr, &theirs)))
		return false;
	if (key_id_same(&ours, &theirs))
		return true;
	if (rules->issuer != NULL)
		return fault(EXIT_DATA,
		    "the key does not match the issuer's certificate");
	return fault(EXIT_DATA, "%s: the key does not match the request",
	    name_of(rules));
}

/* Subject and key of CSR, whose own signature GnuTLS verifies before it takes
 * them. */
static bool
take_request(gnutls_x509_crt_t crt, gnutls_x509_crq_t csr,
    const struct sign_rules *rules)
{
	if (gnutls_x509_crt_set_crq(crt, csr) == 0)
		return true;
	return fault(EXIT_DATA,
	    "%s: its own signature is wrong: it was changed after it was made, "
	    "or its maker does not have the key",
	    name_of(rules));
}

static bool
set_serial(gnutls_x509_crt_t crt, const struct serial *given)
{
	unsigned char bytes[16];
	struct serial serial = *given;

	if (serial.len == 0) {
		if (!x509_ok(gnutls_rnd(GNUTLS_RND_NONCE, bytes, sizeof bytes),
			"serial"))
			return false;
		/* positive, and never shorter than it is (RFC 5280, 4.1.2.2) */
		bytes[0] = (bytes[0] & 0x7f) | 0x40;
		if (!serial_set(bytes, sizeof bytes, &serial))
			return false;
	}
	return x509_ok(
	    gnutls_x509_crt_set_serial(crt, serial.bytes, serial.len),
	    "serial");
}

static bool
set_dates(gnutls_x509_crt_t crt, const struct sign_rules *rules)
{
	time_t until = rules->not_after;

	if (rules->issuer != NULL) {
		time_t end = gnutls_x509_crt_get_expiration_time(rules->issuer);

		until = until < end ? until : end;
		if (until <= rules->not_before)
			return fault(EXIT_DATA,
			    "%s: the certificate of the CA ends before this "
			    "one would begin",
			    name_of(rules));
	}
	return x509_ok(
		   gnutls_x509_crt_set_activation_time(crt, rules->not_before),
		   "notBefore") &&
	       x509_ok(
		   gnutls_x509_crt_set_expiration_time(crt, until), "notAfter");
}

static bool
set_key_ids(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer)
{
	unsigned char id[64];
	size_t size = sizeof id;

	if (!x509_ok(gnutls_x509_crt_get_key_id(
			 crt, GNUTLS_KEYID_USE_SHA1, id, &size),
		"key id") ||
	    !x509_ok(
		gnutls_x509_crt_set_subject_key_id(crt, id, size), "key id"))
		return false;
	size = sizeof id;
	/* an issuer without an id of its own key is named by its name alone */
	if (issuer == NULL ||
	    gnutls_x509_crt_get_subject_key_id(issuer, id, &size, NULL) < 0)
		return true;
	return x509_ok(gnutls_x509_crt_set_authority_key_id(crt, id, size),
	    "issuer's key id");
}

/* Is the basic constraints extension of CSR one that only a CA may have? */
static bool
asks_to_be_ca(gnutls_x509_crq_t csr)
{
	unsigned ca = 0;

	return gnutls_x509_crq_get_basic_constraints(csr, NULL, &ca, NULL) >=
		   0 &&
	       ca != 0;
}

/* What CSR asks its key to be used for; 0: nothing in particular. */
static bool
asked_usage(
    gnutls_x509_crq_t csr, const struct sign_rules *rules, unsigned *usage)
{
	int rc = gnutls_x509_crq_get_key_usage(csr, usage, NULL);

	if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		*usage = 0;
	else if (!x509_ok(rc, name_of(rules)))
		return false;
	if (!rules->ca && !rules->authority &&
	    (asks_to_be_ca(csr) || (*usage & GNUTLS_KEY_KEY_CERT_SIGN) != 0))
		return fault(EXIT_DATA,
		    "%s: asks to be a CA, which the signer alone decides",
		    name_of(rules));
	return true;
}

static bool
set_key_usage(gnutls_x509_crt_t crt, gnutls_x509_crq_t csr,
    const struct sign_rules *rules)
{
	unsigned asked = 0;
	unsigned usage = rules->key_usage;

	if (rules->copy_usage && !asked_usage(csr, rules, &asked))
		return false;
	if (usage == 0)
		usage = asked;
	if (usage == 0 && rules->authority)
		usage = GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN;
	return usage == 0 ||
	       x509_ok(gnutls_x509_crt_set_key_usage(crt, usage), "key usage");
}

/* Takes over the extension OID of CSR, if it asks for one. */
static bool
copy_extension(gnutls_x509_crt_t crt, gnutls_x509_crq_t csr, const char *oid,
    const char *what)
{
	int rc = gnutls_x509_crt_set_crq_extension_by_oid(crt, csr, oid, 0);

	return rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE || x509_ok(rc, what);
}

static bool
set_purposes(gnutls_x509_crt_t crt, gnutls_x509_crq_t csr,
    const struct sign_rules *rules)
{
	static const char what[] = "extended key usage";
	gnutls_datum_t der = { NULL, 0 };
	bool ok;

	if (rules->purposes == NULL)
		return !rules->copy_usage ||
		       copy_extension(crt, csr,
			   GNUTLS_X509EXT_OID_EXTENDED_KEY_USAGE, what);
	ok = x509_ok(gnutls_x509_ext_export_key_purposes(rules->purposes, &der),
		 what) &&
	     x509_ok(gnutls_x509_crt_set_extension_by_oid(crt,
			 GNUTLS_X509EXT_OID_EXTENDED_KEY_USAGE, der.data,
			 der.size, 0),
		 what);
	gnutls_free(der.data);
	return ok;
}

/* Key identifiers, basic constraints, usages, and alternative names. */
static bool
set_extensions(gnutls_x509_crt_t crt, gnutls_x509_crq_t csr,
    const struct sign_rules *rules)
{
	return set_key_ids(crt, rules->issuer) &&
	       x509_ok(gnutls_x509_crt_set_basic_constraints(crt,
			   rules->ca || rules->authority,
			   rules->authority ? rules->path_length : -1),
		   "basic constraints") &&
	       set_key_usage(crt, csr, rules) &&
	       set_purposes(crt, csr, rules) &&
	       (copy_extension(crt, rules->names != NULL ? rules->names : csr,
		    GNUTLS_X509EXT_OID_SAN, "alternative names") ||
		   fault(fault_code(), "%s: %s", name_of(rules), fault_text()));
}

bool
sign_request(gnutls_x509_crq_t csr, const struct sign_rules *rules,
    gnutls_x509_crt_t *crt)
{
	bool ok = false;

	*crt = NULL;
	if (!check_issuer(csr, rules))
		return false;
	if (gnutls_x509_crt_init(crt) < 0)
		return fault_memory();
	if (!take_request(*crt, csr, rules) ||
	    !x509_ok(gnutls_x509_crt_set_version(*crt, 3), "version") ||
	    !set_serial(*crt, &rules->serial) || !set_dates(*crt, rules))
		goto out;
	if (!rules->bare && !set_extensions(*crt, csr, rules))
		goto out;
	ok = x509_ok(gnutls_x509_crt_privkey_sign(*crt,
			 rules->issuer != NULL ? rules->issuer : *crt,
			 rules->issuer_key, key_digest(rules->issuer_key), 0),
	    "signature");
out:
	if (!ok) {
		gnutls_x509_crt_deinit(*crt);
		*crt = NULL;
	}
	return ok;
}

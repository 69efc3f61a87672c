/* sign.c: a request becomes a certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/crypto.h>

#include "csr.h"
#include "exit.h"
#include "fault.h"
#include "key.h"
#include "sign.h"
#include "x509.h"

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
	if (!key_id_same(&ours, &theirs))
		return fault(EXIT_DATA, "the key does not match the %s",
		    rules->issuer != NULL ? "issuer's certificate" : "request");
	return true;
}

static bool
set_serial(gnutls_x509_crt_t crt, uint64_t serial)
{
	unsigned char bytes[16];
	size_t len = sizeof bytes;

	if (serial == 0) {
		if (!x509_ok(
			gnutls_rnd(GNUTLS_RND_NONCE, bytes, len), "serial"))
			return false;
		/* positive, and never shorter than it is (RFC 5280, 4.1.2.2) */
		bytes[0] = (bytes[0] & 0x7f) | 0x40;
		return x509_ok(
		    gnutls_x509_crt_set_serial(crt, bytes, len), "serial");
	}
	len = 8;
	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)(serial >> (56 - 8 * i));
	/* DER has no leading zeros, but a sign bit */
	while (len > 1 && bytes[8 - len] == 0 && bytes[9 - len] < 0x80)
		len--;
	return x509_ok(
	    gnutls_x509_crt_set_serial(crt, bytes + 8 - len, len), "serial");
}

static bool
set_dates(gnutls_x509_crt_t crt, const struct sign_rules *rules)
{
	time_t until = rules->not_after;

	if (rules->issuer != NULL) {
		time_t end = gnutls_x509_crt_get_expiration_time(rules->issuer);

		until = until < end ? until : end;
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

/* Key identifiers, basic constraints, key usage of a CA, and the alternative
 * names that the request asks for. */
static bool
set_extensions(gnutls_x509_crt_t crt, gnutls_x509_crq_t csr,
    const struct sign_rules *rules)
{
	int rc;

	if (!set_key_ids(crt, rules->issuer) ||
	    !x509_ok(gnutls_x509_crt_set_basic_constraints(
			 crt, rules->ca || rules->authority, -1),
		"basic constraints"))
		return false;
	if (rules->authority &&
	    !x509_ok(gnutls_x509_crt_set_key_usage(
			 crt, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN),
		"key usage"))
		return false;
	rc = gnutls_x509_crt_set_crq_extension_by_oid(
	    crt, csr, GNUTLS_X509EXT_OID_SAN, 0);
	return rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ||
	       x509_ok(rc, "alternative names");
}

bool
sign_request(gnutls_x509_crq_t csr, const struct sign_rules *rules,
    gnutls_x509_crt_t *crt)
{
	bool ok = false;

	*crt = NULL;
	if (!csr_verify(csr) || !check_issuer(csr, rules))
		return false;
	if (gnutls_x509_crt_init(crt) < 0)
		return fault_memory();
	if (!x509_ok(gnutls_x509_crt_set_crq(*crt, csr), "request") ||
	    !x509_ok(gnutls_x509_crt_set_version(*crt, 3), "version") ||
	    !set_serial(*crt, rules->serial) || !set_dates(*crt, rules))
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

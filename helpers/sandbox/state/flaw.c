/* flaw.c: certificates that are not what was asked for.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "fault.h"
#include "key.h"
#include "sandbox/state/flaw.h"
#include "x509.h"

enum { DAY = 24 * 60 * 60 };

/* Whose certificate it is, if not the device's own. */
static const char other[] = "another-device";

void
flaw_date(enum fault_kind kind, struct sign_rules *rules)
{
	if (kind == FAULT_EXPIRED) {
		rules->not_after = rules->not_before - DAY;
		rules->not_before -= 2 * DAY;
	}
	if (kind == FAULT_NOT_YET_VALID)
		rules->not_before += 2 * DAY;
}

/* What WRONG has of RIGHT in any case. */
static bool
copy(gnutls_x509_crt_t right, gnutls_x509_crt_t wrong)
{
	unsigned char serial[64];
	size_t len = sizeof serial;

	return x509_ok(
		   gnutls_x509_crt_get_serial(right, serial, &len), "serial") &&
	       x509_ok(
		   gnutls_x509_crt_set_serial(wrong, serial, len), "serial") &&
	       x509_ok(gnutls_x509_crt_set_version(wrong, 3), "version") &&
	       x509_ok(gnutls_x509_crt_set_activation_time(
			   wrong, gnutls_x509_crt_get_activation_time(right)),
		   "notBefore") &&
	       x509_ok(gnutls_x509_crt_set_expiration_time(
			   wrong, gnutls_x509_crt_get_expiration_time(right)),
		   "notAfter");
}

/* WRONG is for RIGHT's key and another name. */
static bool
rename_it(gnutls_x509_crt_t right, gnutls_pubkey_t key, gnutls_x509_crt_t wrong)
{
	return x509_ok(gnutls_pubkey_import_x509(key, right, 0), "key") &&
	       x509_ok(
		   gnutls_x509_crt_set_dn_by_oid(wrong,
		       GNUTLS_OID_X520_COMMON_NAME, 0, other, sizeof other - 1),
		   "name");
}

/* WRONG is for RIGHT's name and another key. */
static bool
rekey_it(gnutls_x509_crt_t right, gnutls_pubkey_t key, gnutls_x509_crt_t wrong)
{
	gnutls_privkey_t secret = NULL;
	gnutls_x509_dn_t name;
	gnutls_datum_t text = { NULL, 0 };
	struct buf pem = { 0 };
	bool ok;

	ok = key_generate("ec-p256", NULL, &secret, &pem) &&
	     x509_ok(gnutls_pubkey_import_privkey(key, secret, 0, 0), "key") &&
	     x509_ok(gnutls_x509_crt_get_subject(right, &name), "name") &&
	     x509_ok(gnutls_x509_dn_get_str(name, &text), "name") &&
	     x509_ok(gnutls_x509_crt_set_dn(wrong, (char *)text.data, NULL),
		 "name");
	gnutls_free(text.data);
	key_free(secret);
	buf_free(&pem);
	return ok;
}

bool
flaw_apply(enum fault_kind kind, const struct sign_rules *rules,
    gnutls_x509_crt_t *crt)
{
	gnutls_x509_crt_t wrong = NULL;
	gnutls_pubkey_t key = NULL;
	bool ok = false;

	if (kind != FAULT_WRONG_KEY && kind != FAULT_WRONG_CN)
		return true;
	if (gnutls_x509_crt_init(&wrong) < 0 || gnutls_pubkey_init(&key) < 0) {
		fault_memory();
		goto out;
	}
	ok = copy(*crt, wrong) &&
	     (kind == FAULT_WRONG_CN ? rename_it(*crt, key, wrong)
				     : rekey_it(*crt, key, wrong)) &&
	     x509_ok(gnutls_x509_crt_set_pubkey(wrong, key), "key") &&
	     x509_ok(gnutls_x509_crt_privkey_sign(wrong, rules->issuer,
			 rules->issuer_key, GNUTLS_DIG_SHA256, 0),
		 "signature");
out:
	if (key != NULL)
		gnutls_pubkey_deinit(key);
	if (ok) {
		gnutls_x509_crt_deinit(*crt);
		*crt = wrong;
	} else if (wrong != NULL) {
		gnutls_x509_crt_deinit(wrong);
	}
	return ok;
}

/* issue.c: certificates for devices, signed by the tenant's CA.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>
#include <time.h>

#include "buf.h"
#include "csr.h"
#include "sandbox/state/audit.h"
#include "sandbox/state/device.h"
#include "exit.h"
#include "fault.h"
#include "sandbox/state/flaw.h"
#include "sandbox/state/issue.h"
#include "sandbox/state/settings.h"
#include "sign.h"

enum { YEAR = 365 * 24 * 60 * 60 };

/* The highest serial of all, and the latest end of ID's; 0 where none is. */
static bool
find_last(struct store *store, const char *id, int64_t *serial, int64_t *end)
{
	sqlite3_stmt *query;
	bool found = false;
	bool ok;

	query = store_prepare(store,
	    "SELECT (SELECT max(serial) FROM certificate),"
	    " (SELECT max(not_after) FROM certificate WHERE device = ?)",
	    "t", id);
	ok = query != NULL && store_next(store, query, &found);
	if (ok) {
		*serial = sqlite3_column_int64(query, 0);
		*end = sqlite3_column_int64(query, 1);
	}
	sqlite3_finalize(query);
	return ok;
}

/* Runs the authority long enough? */
static bool
check_authority(struct store *store, const struct sign_rules *rules, time_t now)
{
	time_t end = gnutls_x509_crt_get_expiration_time(rules->issuer);
	bool refuse = false;

	if (end <= now)
		return fault(EXIT_CONF, "the authority has expired");
	if (end - now < YEAR &&
	    !settings_is(store, SETTING_AUTHORITY_SHORT, "refuse", &refuse))
		return false;
	return !refuse ||
	       fault(EXIT_CONF, "the authority has less than a year");
}

/* Serial and dates. */
static bool
choose(const struct issue_job *job, struct sign_rules *rules, int64_t *serial)
{
	struct timespec now;
	unsigned char bytes[8];
	int64_t last_serial;
	int64_t last_end;

	clock_gettime(CLOCK_REALTIME, &now);
	if (!check_authority(job->store, rules, now.tv_sec))
		return false;
	if (!find_last(job->store, job->id, &last_serial, &last_end))
		return false;
	*serial = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (*serial <= last_serial)
		*serial = last_serial + 1;
	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(*serial >> (56 - 8 * i));
	rules->not_before = now.tv_sec;
	rules->not_after = now.tv_sec + YEAR;
	if (rules->not_after <= last_end)
		rules->not_after = last_end + 1;
	flaw_date(job->flaw, rules);
	return serial_set(bytes, sizeof bytes, &rules->serial);
}

/* What CSR says of its key's uses, or else what TLS needs. */
static bool
choose_usages(gnutls_x509_crq_t csr, struct sign_rules *rules)
{
	size_t size = 0;
	unsigned usage;

	rules->bare = false;
	rules->copy_usage = true;
	if (gnutls_x509_crq_get_key_usage(csr, &usage, NULL) ==
	    GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		rules->key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE |
				   (gnutls_x509_crq_get_pk_algorithm(
					csr, NULL) == GNUTLS_PK_RSA
					   ? GNUTLS_KEY_KEY_ENCIPHERMENT
					   : 0);
	if (gnutls_x509_crq_get_extension_by_oid(csr,
		GNUTLS_X509EXT_OID_EXTENDED_KEY_USAGE, 0, NULL, &size,
		NULL) != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return true;
	return x509_ok(gnutls_x509_key_purpose_init(&rules->purposes),
		   "extended key usage") &&
	       x509_ok(gnutls_x509_key_purpose_set(
			   rules->purposes, GNUTLS_KP_TLS_WWW_CLIENT),
		   "extended key usage");
}

static bool
sign(const struct issue_job *job, struct sign_rules *rules,
    gnutls_x509_crt_t *crt)
{
	bool ok;

	ok = (!job->usual || choose_usages(job->csr, rules)) &&
	     sign_request(job->csr, rules, crt) &&
	     flaw_apply(job->flaw, rules, crt);
	if (rules->purposes != NULL)
		gnutls_x509_key_purpose_deinit(rules->purposes);
	return ok;
}

static bool
record(const struct issue_job *job, int64_t serial, gnutls_x509_crt_t crt)
{
	struct x509_list list = { &crt, 1 };
	struct buf pem = { 0 };
	bool ok;

	ok = x509_print_pem(&list, &pem) &&
	     store_run(job->store,
		 "INSERT INTO certificate (serial, device, not_before,"
		 " not_after, issued_at, pem) VALUES (?, ?, ?, ?, ?, ?)",
		 "itiiit", serial, job->id,
		 (int64_t)gnutls_x509_crt_get_activation_time(crt),
		 (int64_t)gnutls_x509_crt_get_expiration_time(crt),
		 (int64_t)time(NULL), buf_text(&pem));
	buf_free(&pem);
	return ok;
}

/* Tells what was done, as a tenant does. */
static bool
audit(const struct issue_job *job, int64_t serial)
{
	struct buf text = { 0 };
	struct buf user = { 0 };
	bool ok;

	ok = buf_print(&text,
		 "Tenant certificate authority (CA) signed certificate for "
		 "device: '%s'. Certificate serial number hex: '%llx'",
		 job->id, (unsigned long long)serial) &&
	     buf_print(&user, DEVICE_USER "%s", job->id) &&
	     audit_add(job->store,
		 &(struct audit){ .type = "TenantCertificateAuthority",
		     .activity = "Tenant certificate authority (CA) signed "
				 "certificate for device",
		     .text = buf_text(&text),
		     .user = buf_text(&user),
		     .source = job->id });
	buf_free(&text);
	buf_free(&user);
	return ok;
}

static bool
choose_extensions(struct store *store, struct sign_rules *rules)
{
	if (!settings_is(store, SETTING_ISSUE_EXTENSIONS, "none", &rules->bare))
		return false;
	if (!rules->bare)
		rules->key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE;
	return true;
}

bool
issue_certificate(const struct issue_job *job, gnutls_x509_crt_t *crt)
{
	struct sign_rules rules = { .issuer = job->issuer->ca.crt[0],
		.issuer_key = job->issuer->key };
	int64_t serial = 0;
	bool ok;

	*crt = NULL;
	if (!store_begin(job->store))
		return false;
	ok = choose_extensions(job->store, &rules) &&
	     (job->otp == NULL ||
		 device_accept(job->store, job->id, job->otp)) &&
	     choose(job, &rules, &serial) && sign(job, &rules, crt) &&
	     record(job, serial, *crt) && audit(job, serial);
	if (store_end(job->store, ok))
		return true;
	if (*crt != NULL)
		gnutls_x509_crt_deinit(*crt);
	*crt = NULL;
	return false;
}

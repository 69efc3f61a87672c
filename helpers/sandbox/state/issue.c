/* issue.c: the tenant's certificate authority.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "buf.h"
#include "csr.h"
#include "sandbox/state/device.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "sandbox/state/flaw.h"
#include "sandbox/state/issue.h"
#include "key.h"
#include "sign.h"

enum { YEAR = 365 * 24 * 60 * 60 };

bool
issuer_open(const char *dir, struct issuer *issuer)
{
	char *crt = file_suffixed(dir, "/ca.pem");
	char *key = file_suffixed(dir, "/ca.key");
	bool ok = false;

	*issuer = (struct issuer){ .key = NULL };
	if (crt == NULL || key == NULL)
		fault_memory();
	else
		ok = x509_read(crt, &issuer->ca) &&
		     key_read(&(struct key_place){ key, NULL }, &issuer->key);
	if (!ok)
		issuer_close(issuer);
	free(crt);
	free(key);
	return ok;
}

void
issuer_close(struct issuer *issuer)
{
	x509_free(&issuer->ca);
	key_free(issuer->key);
	issuer->key = NULL;
}

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

/* Serial and dates. */
static bool
choose(const struct issue_job *job, struct sign_rules *rules, int64_t *serial)
{
	struct timespec now;
	unsigned char bytes[8];
	int64_t last_serial;
	int64_t last_end;

	clock_gettime(CLOCK_REALTIME, &now);
	if (gnutls_x509_crt_get_expiration_time(rules->issuer) <= now.tv_sec)
		return fault(EXIT_CONF, "the authority has expired");
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

bool
issue_certificate(const struct issue_job *job, gnutls_x509_crt_t *crt)
{
	struct sign_rules rules = { .issuer = job->issuer->ca.crt[0],
		.issuer_key = job->issuer->key,
		.bare = true };
	int64_t serial = 0;
	bool ok;

	*crt = NULL;
	if (!store_begin(job->store))
		return false;
	ok = (job->otp == NULL ||
		 device_accept(job->store, job->id, job->otp)) &&
	     choose(job, &rules, &serial) &&
	     sign_request(job->csr, &rules, crt) &&
	     flaw_apply(job->flaw, &rules, crt) && record(job, serial, *crt);
	if (store_end(job->store, ok))
		return true;
	if (*crt != NULL)
		gnutls_x509_crt_deinit(*crt);
	*crt = NULL;
	return false;
}

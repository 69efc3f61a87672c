/* tenant.c: all that the sandbox server holds while it runs.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <time.h>
#include <gnutls/crypto.h>

#include "sandbox/state/tenant.h"

bool
tenant_open(const char *dir, struct tenant *tenant)
{
	bool ok;

	*tenant = (struct tenant){ .dir = dir,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.stop = PTHREAD_COND_INITIALIZER };
	ok = store_open(dir, &tenant->store) &&
	     authority_open(&tenant->store, dir, &tenant->issuer) &&
	     token_open(dir, &tenant->jwt) &&
	     x509_ok(gnutls_rnd(
			 GNUTLS_RND_KEY, tenant->secret, sizeof tenant->secret),
		 "random bytes");
	if (!ok)
		tenant_close(tenant);
	return ok;
}

void
tenant_close(struct tenant *tenant)
{
	token_close(&tenant->jwt);
	authority_close(&tenant->issuer);
	store_close(&tenant->store);
}

void
tenant_stop(struct tenant *tenant)
{
	pthread_mutex_lock(&tenant->lock);
	tenant->stopping = true;
	pthread_cond_broadcast(&tenant->stop);
	pthread_mutex_unlock(&tenant->lock);
}

void
tenant_idle(struct tenant *tenant, unsigned seconds)
{
	tenant_idle_ms(tenant, seconds * 1000);
}

void
tenant_idle_ms(struct tenant *tenant, unsigned milliseconds)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += milliseconds / 1000;
	until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (!tenant->stopping && rc == 0)
		rc = pthread_cond_timedwait(
		    &tenant->stop, &tenant->lock, &until);
}

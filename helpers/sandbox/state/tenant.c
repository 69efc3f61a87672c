/* tenant.c: all that the sandbox server holds while it runs.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <time.h>

#include "sandbox/state/tenant.h"
#include "sandbox/state/trusted.h"

/* The tenant's own CA is one of those that it trusts; what was changed about it
 * stays. */
static bool
trust_authority(struct tenant *tenant)
{
	struct trusted cert = { .name = "Tenant CA",
		.enabled = true,
		.authority = true,
		.proved = true };
	bool added;

	return trusted_add(
	    &tenant->store, tenant->issuer.ca.crt[0], &cert, &added);
}

bool
tenant_open(const char *dir, struct tenant *tenant)
{
	bool ok;

	*tenant = (struct tenant){ .lock = PTHREAD_MUTEX_INITIALIZER,
		.stop = PTHREAD_COND_INITIALIZER };
	ok = store_open(dir, &tenant->store) &&
	     issuer_open(dir, &tenant->issuer) && trust_authority(tenant) &&
	     token_open(dir, &tenant->jwt);
	if (!ok)
		tenant_close(tenant);
	return ok;
}

void
tenant_close(struct tenant *tenant)
{
	token_close(&tenant->jwt);
	issuer_close(&tenant->issuer);
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

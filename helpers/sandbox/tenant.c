/* tenant.c: all that the sandbox server holds while it runs.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <time.h>

#include "fault.h"
#include "file.h"
#include "tenant.h"
#include "trusted.h"

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
	char *path = file_suffixed(dir, "/operator");
	bool ok = false;

	*tenant = (struct tenant){ .lock = PTHREAD_MUTEX_INITIALIZER,
		.stop = PTHREAD_COND_INITIALIZER };
	if (path == NULL)
		fault_memory();
	else
		ok = store_open(dir, &tenant->store) &&
		     issuer_open(dir, &tenant->issuer) &&
		     trust_authority(tenant) && token_open(dir, &tenant->jwt) &&
		     file_read_secret(path, &tenant->operator_login);
	if (!ok)
		tenant_close(tenant);
	free(path);
	return ok;
}

void
tenant_close(struct tenant *tenant)
{
	buf_free(&tenant->operator_login);
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
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += seconds;
	while (!tenant->stopping && rc == 0)
		rc = pthread_cond_timedwait(
		    &tenant->stop, &tenant->lock, &until);
}

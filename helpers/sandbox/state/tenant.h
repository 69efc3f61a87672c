/* tenant.h: all that the sandbox server holds while it runs.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_TENANT_H
#define SANDBOX_TENANT_H

#include <pthread.h>
#include <stdbool.h>

#include "sandbox/state/authority.h"
#include "sandbox/state/store.h"
#include "sandbox/state/token.h"

enum { TENANT_SECRET = 32 };

/* Requests come in many threads, and one at a time has LOCK: the store, and
 * the library's fault, are for one thread. */
struct tenant {
	const char *dir; /* as tenant_open had it */
	struct store store;
	struct issuer issuer;
	struct token_key jwt;
	unsigned char secret[TENANT_SECRET]; /* of this run */
	pthread_mutex_t lock;
	pthread_cond_t stop;
	bool stopping;
};

/* Opens what sandbox-admin init left in DIR; ended by tenant_close. */
bool tenant_open(const char *dir, struct tenant *tenant);

/* Closes all. */
void tenant_close(struct tenant *tenant);

/* The server is about to stop: ends every tenant_idle. */
void tenant_stop(struct tenant *tenant);

/* Does nothing for SECONDS or MILLISECONDS, or until the server stops. LOCK, which the caller
 * has, is free meanwhile. */
void tenant_idle(struct tenant *tenant, unsigned seconds);
void tenant_idle_ms(struct tenant *tenant, unsigned milliseconds);

#endif

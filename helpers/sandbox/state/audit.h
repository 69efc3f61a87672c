/* audit.h: what was done in the tenant, and by whom.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_AUDIT_H
#define SANDBOX_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/state/store.h"

/* One record; its texts live for that call. SOURCE, what it is about, may be
 * NULL. */
struct audit {
	int64_t id; /* audit_add chooses it */
	int64_t at; /* seconds since 1970; audit_add: now */
	const char *type; /* e.g. "TenantCertificateAuthority" */
	const char *activity;
	const char *text;
	const char *user;
	const char *source; /* the device, or a fingerprint */
};

/* Which records. NULL and 0 do not matter. */
struct audit_filter {
	int64_t id;
	const char *type;
	const char *source;
	const char *user;
	int64_t from; /* seconds since 1970 */
	int64_t to;
	bool oldest_first;
};

/* Keeps RECORD. */
bool audit_add(struct store *store, const struct audit *record);

/* How many FILTER lets through. */
bool audit_count(
    struct store *store, const struct audit_filter *filter, int64_t *count);

/* Calls EACH with DATA for these, the newest first unless FILTER says
 * otherwise: MOST of them, behind the
 * first SKIP. False, and at once, when EACH returned false. */
bool audit_each(struct store *store, const struct audit_filter *filter,
    int64_t skip, int64_t most,
    bool (*each)(const struct audit *record, void *data), void *data);

#endif

/* managed.h: the managed objects of devices: what the inventory says of them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_MANAGED_H
#define SANDBOX_MANAGED_H

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/state/store.h"

/* One of them; its texts live for that call. */
struct managed {
	int64_t number; /* its own id */
	const char *device; /* the device's id, which is its external id */
	const char *id_type; /* of that external id */
	const char *name;
	const char *type;
	const char *fragments; /* what else is in it: a JSON object */
	int64_t created_at; /* seconds since 1970 */
	bool has_user;
	bool enabled; /* that user may log in */
};

/* Which of them. NULL and 0 do not matter. */
struct managed_filter {
	int64_t number;
	const char *device;
	const char *id_type;
	const char *type;
	const char *name; /* with '*' for any text, and nothing else special */
	const char *fragment; /* it has this one */
	const char *text; /* stands in name, type or device, in any case */
};

/* How many FILTER lets through. */
bool managed_count(
    struct store *store, const struct managed_filter *filter, int64_t *count);

/* Calls EACH with DATA for these, by their numbers: MOST of them, behind the first
 * SKIP. False, and at once, when EACH returned false. */
bool managed_each(struct store *store, const struct managed_filter *filter,
    int64_t skip, int64_t most,
    bool (*each)(const struct managed *object, void *data), void *data);

/* Changes NAME and TYPE of object NUMBER, where they are not NULL, and its other
 * fragments as a merge patch (RFC 7396) says. WAS: it is there. */
bool managed_change(struct store *store, int64_t number, const char *name,
    const char *type, const char *patch, bool *was);

/* Removes object NUMBER. The device's user stays, and its next enrolment brings
 * the object back. WAS: it was there. */
bool managed_remove(struct store *store, int64_t number, bool *was);

#endif

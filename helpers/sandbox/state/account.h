/* account.h: all who can log in: people, and the users of devices.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ACCOUNT_H
#define SANDBOX_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/state/store.h"

/* One of them; its texts live for that call. DEVICE is NULL for a person. */
struct account {
	const char *name; /* "device_ID" for a device */
	const char *roles; /* with blanks between */
	const char *device; /* its id */
	bool enabled;
};

/* Which of them. NULL does not matter. */
struct account_filter {
	const char *name;
	const char *prefix; /* of the name */
};

/* How many FILTER lets through. */
bool account_count(
    struct store *store, const struct account_filter *filter, int64_t *count);

/* Calls EACH with DATA for these, by name: MOST of them, behind the first SKIP.
 * False, and at once, when EACH returned false. */
bool account_each(struct store *store, const struct account_filter *filter,
    int64_t skip, int64_t most,
    bool (*each)(const struct account *account, void *data), void *data);

/* Lets NAME log in, or no longer: the certificates and tokens of a device do not
 * count then. WAS: it is there. */
bool account_enable(
    struct store *store, const char *name, bool enabled, bool *was);

/* Gives NAME another password. WAS: it is there. */
bool account_set_password(
    struct store *store, const char *name, const char *password, bool *was);

/* Removes NAME. Of a device, the managed object stays. WAS: it was there. */
bool account_remove(struct store *store, const char *name, bool *was);

#endif

/* pending.h: certificate requests that wait for a person's word.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PENDING_H
#define SANDBOX_PENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/state/store.h"

#define PENDING_WAITS "WAITING"
#define PENDING_APPROVED "APPROVED"
#define PENDING_DENIED "DENIED"

/* One of them; its texts live for that call. */
struct pending {
	int64_t number;
	const char *id; /* the common name that is asked for */
	const char *operation; /* "simpleenroll" ... */
	const char *status; /* as above */
	int64_t asked_at; /* seconds since 1970 */
};

/* What was said of the request with the fingerprint MARK, one of the texts
 * above; one that is new waits from now on, with all else as WANTED says. */
bool pending_ask(struct store *store, const char *mark,
    const struct pending *wanted, const char **status);

/* Forgets it: it was answered. */
bool pending_forget(struct store *store, const char *mark);

/* Says STATUS of all that wait for the common name ID, or, where none is called
 * so, of the one with the number ID; NULL: of all that wait. COUNT is how many
 * these were. */
bool pending_decide(
    struct store *store, const char *id, const char *status, int64_t *count);

/* Calls EACH with DATA for all, the oldest first. False, and at once, when EACH
 * returned false. */
bool pending_each(struct store *store,
    bool (*each)(const struct pending *pending, void *data), void *data);

#endif

/* outcome.h: which answers of a REST service are good, and what is in them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_OUTCOME_H
#define CERTCYCLE_OUTCOME_H

#include <stdbool.h>

#include "buf.h"

/* LIST is statuses and classes of them with a comma between: "2xx,404". */

/* Is LIST one? EXIT_USAGE where not. */
bool outcome_check(const char *list);

/* Is STATUS in LIST? */
bool outcome_has(const char *list, long status);

/* Adds to OUT the member of the JSON in BODY that PATH leads to: names of
 * members and indices of arrays with a dot between. A string is its text, all
 * else JSON on one line; a line end is behind it. NAME is for messages.
 * EXIT_UNTRUSTED: not JSON, or it has none. */
bool outcome_pick(const struct buf *body, const char *path, const char *name,
    struct buf *out);

#endif

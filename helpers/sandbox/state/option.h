/* option.h: the tenant's options, and the settings of the sandbox, which are
 * options of a category of their own.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_OPTION_H
#define SANDBOX_OPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "sandbox/state/store.h"

/* One option; its texts live for that call. */
struct option {
	const char *category;
	const char *key;
	const char *value;
};

/* Adds the value of CATEGORY / KEY to OUT. FOUND: it is set; otherwise nothing is
 * added. */
bool option_get(struct store *store, const char *category, const char *key,
    bool *found, struct buf *out);

/* The same of an option that is "true" or something else; OTHERWISE where it is
 * not set. */
bool option_flag(struct store *store, const char *category, const char *key,
    bool otherwise, bool *flag);

/* The same of a number; what is none is as if not set. */
bool option_number(struct store *store, const char *category, const char *key,
    int64_t otherwise, int64_t *number);

/* Sets it; a VALUE of NULL: it is set no longer. */
bool option_put(struct store *store, const char *category, const char *key,
    const char *value);

/* Calls EACH with DATA for the options of CATEGORY, or, where that is NULL, for
 * all but the sandbox's own settings, by name. False, and at once, when EACH
 * returned false. */
bool option_each(struct store *store, const char *category,
    bool (*each)(const struct option *option, void *data), void *data);

#endif

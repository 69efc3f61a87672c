/* option.c: the tenant's options, and the settings of the sandbox.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/state/option.h"
#include "sandbox/state/settings.h"

bool
option_get(struct store *store, const char *category, const char *key,
    bool *found, struct buf *out)
{
	sqlite3_stmt *query;
	bool ok;

	*found = false;
	query = store_prepare(store,
	    "SELECT value FROM option WHERE category = ? AND key = ?", "tt",
	    category, key);
	ok = query != NULL && store_next(store, query, found) &&
	     (!*found || buf_print(out, "%s", store_text(query, 0)));
	sqlite3_finalize(query);
	return ok;
}

bool
option_flag(struct store *store, const char *category, const char *key,
    bool otherwise, bool *flag)
{
	struct buf text = { 0 };
	bool found;
	bool ok = option_get(store, category, key, &found, &text);

	*flag = found ? strcmp(buf_text(&text), "true") == 0 : otherwise;
	buf_free(&text);
	return ok;
}

bool
option_number(struct store *store, const char *category, const char *key,
    int64_t otherwise, int64_t *number)
{
	struct buf text = { 0 };
	char *end = NULL;
	bool found;
	bool ok = option_get(store, category, key, &found, &text);

	*number = otherwise;
	if (ok && found) {
		errno = 0;
		*number = strtoll(buf_text(&text), &end, 10);
		if (errno != 0 || end == buf_text(&text) || *end != '\0')
			*number = otherwise;
	}
	buf_free(&text);
	return ok;
}

bool
option_put(struct store *store, const char *category, const char *key,
    const char *value)
{
	if (value == NULL)
		return store_run(store,
		    "DELETE FROM option WHERE category = ? AND key = ?", "tt",
		    category, key);
	return store_run(store,
	    "INSERT INTO option (category, key, value) VALUES (?, ?, ?)"
	    " ON CONFLICT (category, key) DO UPDATE SET value = excluded.value",
	    "ttt", category, key, value);
}

bool
option_each(struct store *store, const char *category,
    bool (*each)(const struct option *option, void *data), void *data)
{
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	query = store_prepare(store,
	    "SELECT category, key, value FROM option WHERE category = ?1"
	    " OR (?1 IS NULL AND category <> '" SETTINGS_CATEGORY "')"
	    " ORDER BY category, key",
	    "t", category);
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found) {
		struct option option = { .category = store_text(query, 0),
			.key = store_text(query, 1),
			.value = store_text(query, 2) };

		ok = each(&option, data) && store_next(store, query, &found);
	}
	sqlite3_finalize(query);
	return ok;
}

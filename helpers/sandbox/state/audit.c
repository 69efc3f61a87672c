/* audit.c: what was done in the tenant, and by whom.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <time.h>

#include "sandbox/state/audit.h"

#define MATCHES                                                                \
	" FROM audit WHERE (?1 = 0 OR id = ?1)"                                \
	" AND (?2 IS NULL OR type = ?2) AND (?3 IS NULL OR source = ?3)"       \
	" AND (?4 IS NULL OR user = ?4) AND (?5 = 0 OR at >= ?5)"              \
	" AND (?6 = 0 OR at <= ?6)"

bool
audit_add(struct store *store, const struct audit *record)
{
	return store_run(store,
	    "INSERT INTO audit (at, type, activity, text, user, source)"
	    " VALUES (?, ?, ?, ?, ?, ?)",
	    "ittttt", (int64_t)time(NULL), record->type, record->activity,
	    record->text, record->user, record->source);
}

bool
audit_count(
    struct store *store, const struct audit_filter *filter, int64_t *count)
{
	sqlite3_stmt *query;
	bool found;
	bool ok;

	query = store_prepare(store, "SELECT count(*)" MATCHES, "itttii",
	    filter->id, filter->type, filter->source, filter->user,
	    filter->from, filter->to);
	ok = query != NULL && store_next(store, query, &found);
	*count = ok ? sqlite3_column_int64(query, 0) : 0;
	sqlite3_finalize(query);
	return ok;
}

bool
audit_each(struct store *store, const struct audit_filter *filter, int64_t skip,
    int64_t most, bool (*each)(const struct audit *record, void *data),
    void *data)
{
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	query = store_prepare(store,
	    "SELECT id, at, type, activity, text, user, source" MATCHES
	    " ORDER BY CASE WHEN ?9 THEN id ELSE -id END LIMIT ?7 OFFSET ?8",
	    "itttiiiii", filter->id, filter->type, filter->source, filter->user,
	    filter->from, filter->to, most, skip,
	    (int64_t)filter->oldest_first);
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found) {
		struct audit record = { .id = sqlite3_column_int64(query, 0),
			.at = sqlite3_column_int64(query, 1),
			.type = store_text(query, 2),
			.activity = store_text(query, 3),
			.text = store_text(query, 4),
			.user = store_text(query, 5),
			.source = store_text(query, 6) };

		ok = each(&record, data) && store_next(store, query, &found);
	}
	sqlite3_finalize(query);
	return ok;
}

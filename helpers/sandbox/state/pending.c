/* pending.c: certificate requests that wait for a person's word.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "sandbox/state/pending.h"

static bool
find(struct store *store, const char *mark, const char **status)
{
	static const char *const all[] = { PENDING_WAITS, PENDING_APPROVED,
		PENDING_DENIED };
	sqlite3_stmt *row;
	bool found = false;
	bool ok;

	*status = NULL;
	row = store_prepare(
	    store, "SELECT status FROM pending WHERE mark = ?", "t", mark);
	ok = row != NULL && store_next(store, row, &found);
	for (int i = 0; ok && found && i < 3; i++)
		if (strcmp(all[i], store_text(row, 0)) == 0)
			*status = all[i];
	sqlite3_finalize(row);
	return ok;
}

bool
pending_ask(struct store *store, const char *mark, const struct pending *wanted,
    const char **status)
{
	if (!find(store, mark, status))
		return false;
	if (*status != NULL)
		return true;
	*status = PENDING_WAITS;
	return store_run(store,
	    "INSERT INTO pending (mark, device, operation, status, asked_at)"
	    " VALUES (?, ?, ?, '" PENDING_WAITS "', ?)",
	    "ttti", mark, wanted->id, wanted->operation, (int64_t)time(NULL));
}

bool
pending_forget(struct store *store, const char *mark)
{
	return store_run(
	    store, "DELETE FROM pending WHERE mark = ?", "t", mark);
}

bool
pending_decide(
    struct store *store, const char *id, const char *status, int64_t *count)
{
	if (!store_run(store,
		"UPDATE pending SET status = ?1"
		" WHERE status = '" PENDING_WAITS "' AND (?2 IS NULL"
		" OR device = ?2 OR (number = ?2 AND NOT EXISTS"
		" (SELECT 1 FROM pending WHERE device = ?2)))",
		"tt", status, id))
		return false;
	*count = store_changed(store);
	return true;
}

bool
pending_each(struct store *store,
    bool (*each)(const struct pending *pending, void *data), void *data)
{
	sqlite3_stmt *row;
	bool found = true;
	bool ok;

	row = store_prepare(store,
	    "SELECT number, device, operation, status, asked_at FROM pending"
	    " ORDER BY number",
	    "");
	ok = row != NULL && store_next(store, row, &found);
	while (ok && found) {
		struct pending pending = {
			.number = sqlite3_column_int64(row, 0),
			.id = store_text(row, 1),
			.operation = store_text(row, 2),
			.status = store_text(row, 3),
			.asked_at = sqlite3_column_int64(row, 4),
		};

		ok = each(&pending, data) && store_next(store, row, &found);
	}
	sqlite3_finalize(row);
	return ok;
}

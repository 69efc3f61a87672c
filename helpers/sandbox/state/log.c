/* log.c: what came in, over HTTPS and MQTT: the last of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <time.h>

#include "sandbox/state/log.h"

/* what is too old goes now and then, not each time */
enum { LOG_SWEEP = 256 };

static bool
sweep(struct store *store)
{
	int64_t last = sqlite3_last_insert_rowid(store->db);

	return last % LOG_SWEEP != 0 ||
	       store_run(store, "DELETE FROM log WHERE id <= ?", "i",
		   last - LOG_KEPT);
}

bool
log_add(struct store *store, const struct log_entry *entry)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return store_run(store,
		   "INSERT INTO log (at, port, method, path, device, status,"
		   " took, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		   "ittttiit",
		   (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000,
		   entry->port, entry->method, entry->path, entry->device,
		   entry->status, entry->took, entry->note) &&
	       sweep(store);
}

bool
log_each(struct store *store, int64_t after, int64_t most, const char *device,
    bool (*each)(const struct log_entry *entry, void *data), void *data)
{
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	query = store_prepare(store,
	    "SELECT * FROM (SELECT id, at, port, method, path, device, status,"
	    " took, note FROM log WHERE id > ? AND (?2 IS NULL OR device = ?2)"
	    " ORDER BY id DESC LIMIT ?3) ORDER BY id",
	    "iti", after, device, most);
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found) {
		struct log_entry entry = { .id = sqlite3_column_int64(query, 0),
			.at = sqlite3_column_int64(query, 1),
			.port = store_text(query, 2),
			.method = store_text(query, 3),
			.path = store_text(query, 4),
			.device = store_text(query, 5),
			.status = sqlite3_column_int64(query, 6),
			.took = sqlite3_column_int64(query, 7),
			.note = store_text(query, 8) };

		ok = each(&entry, data) && store_next(store, query, &found);
	}
	sqlite3_finalize(query);
	return ok;
}

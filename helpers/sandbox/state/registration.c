/* registration.c: requests that a device be let in, and what becomes of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <time.h>

#include "sandbox/state/device.h"
#include "sandbox/state/registration.h"

bool
registration_put(
    struct store *store, const struct registration *request, const char *otp)
{
	return device_register(store, request->id, otp, request->type) &&
	       (request->group == NULL ||
		   store_run(store,
		       "UPDATE device SET group_id = ? WHERE id = ?", "tt",
		       request->group, request->id));
}

bool
registration_status(struct store *store, const char *id, struct buf *status)
{
	sqlite3_stmt *query;
	bool found;
	bool ok;

	query = store_prepare(
	    store, "SELECT status FROM device WHERE id = ?", "t", id);
	ok = query != NULL && store_next(store, query, &found) &&
	     (!found || buf_print(status, "%s", store_text(query, 0)));
	sqlite3_finalize(query);
	return ok;
}

bool
registration_accept(struct store *store, const char *id, bool early, bool *done)
{
	if (!store_run(store,
		"UPDATE device SET status = '" DEVICE_ACCEPTED "',"
		" unclaimed = 1 WHERE id = ?1 AND otp IS NULL AND"
		" (status = '" DEVICE_PENDING "' OR"
		"  (?2 AND status = '" DEVICE_WAITING "'))",
		"ti", id, (int64_t)early))
		return false;
	*done = store_changed(store) > 0;
	return true;
}

bool
registration_claim(
    struct store *store, const char *id, const char *password, bool *given)
{
	if (!store_run(store,
		"UPDATE device SET status = '" DEVICE_PENDING "' WHERE id = ?"
		" AND status = '" DEVICE_WAITING "' AND otp IS NULL",
		"t", id) ||
	    !store_run(store,
		"UPDATE device SET password = ?, known = 1, managed = 1,"
		" unclaimed = 0 WHERE id = ? AND unclaimed",
		"tt", password, id))
		return false;
	*given = store_changed(store) > 0;
	return true;
}

bool
registration_create(
    struct store *store, const struct newcomer *device, bool *was)
{
	struct buf status = { 0 };
	bool ok;

	ok = registration_status(store, device->id, &status);
	*was = status.len > 0;
	buf_free(&status);
	return ok &&
	       store_run(store,
		   "INSERT INTO device (id, status, otp, password, type, name,"
		   " id_type, fragments, known, managed, created_at) VALUES"
		   " (?, '" DEVICE_ACCEPTED "', ?, ?, ?, ?,"
		   " coalesce(?, 'c8y_Serial'), ?, 1, 1, ?)"
		   " ON CONFLICT (id) DO UPDATE SET status = excluded.status,"
		   " otp = excluded.otp, password = excluded.password,"
		   " type = coalesce(excluded.type, type),"
		   " name = coalesce(excluded.name, name),"
		   " id_type = excluded.id_type, fragments ="
		   " json_patch(coalesce(fragments, '{}'),"
		   "  coalesce(excluded.fragments, '{}')),"
		   " known = 1, managed = 1, unclaimed = 0",
		   "ttttttti", device->id, device->otp, device->password,
		   device->type, device->name, device->id_type,
		   device->fragments, (int64_t)time(NULL));
}

bool
registration_count(struct store *store, int64_t *count)
{
	sqlite3_stmt *query;
	bool found;
	bool ok;

	query = store_prepare(store, "SELECT count(*) FROM device", "");
	ok = query != NULL && store_next(store, query, &found);
	*count = ok ? sqlite3_column_int64(query, 0) : 0;
	sqlite3_finalize(query);
	return ok;
}

bool
registration_each(struct store *store, const char *id, int64_t skip,
    int64_t most, bool (*each)(const struct registration *request, void *data),
    void *data)
{
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	query = store_prepare(store,
	    "SELECT id, status, type, group_id, created_at FROM device"
	    " WHERE ?1 IS NULL OR id = ?1 ORDER BY id LIMIT ?2 OFFSET ?3",
	    "tii", id, most, skip);
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found) {
		struct registration request = { .id = store_text(query, 0),
			.status = store_text(query, 1),
			.type = store_text(query, 2),
			.group = store_text(query, 3),
			.created_at = sqlite3_column_int64(query, 4) };

		ok = each(&request, data) && store_next(store, query, &found);
	}
	sqlite3_finalize(query);
	return ok;
}

/* device.c: the devices that the tenant knows, and their one-time passwords.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "sandbox/state/device.h"
#include "exit.h"
#include "fault.h"

/* what a tenant demands of an enrollmentToken */
enum { PASSWORD_MIN = 8, PASSWORD_MAX = 32 };

bool
device_check_password(const char *otp)
{
	size_t len = strlen(otp);

	if (len < PASSWORD_MIN || len > PASSWORD_MAX)
		return fault(EXIT_DATA,
		    "one-time password: has %zu characters, not %d to %d", len,
		    PASSWORD_MIN, PASSWORD_MAX);
	for (size_t i = 0; i < len; i++)
		if (otp[i] <= ' ' || otp[i] > '~')
			return fault(EXIT_DATA,
			    "one-time password: character %zu is not "
			    "printable ASCII",
			    i + 1);
	return true;
}

bool
device_register(
    struct store *store, const char *id, const char *otp, const char *type)
{
	return store_run(store,
	    "INSERT INTO device (id, status, otp, type, created_at)"
	    " VALUES (?, '" DEVICE_WAITING "', ?, ?, ?)"
	    " ON CONFLICT (id) DO UPDATE SET status = excluded.status,"
	    " otp = excluded.otp, type = coalesce(excluded.type, type),"
	    " unclaimed = 0",
	    "ttti", id, otp, type, (int64_t)time(NULL));
}

bool
device_remove(struct store *store, const char *id, bool *was)
{
	if (!store_run(
		store, "DELETE FROM provisioned WHERE device = ?", "t", id) ||
	    !store_run(store, "DELETE FROM device WHERE id = ?", "t", id))
		return false;
	*was = store_changed(store) > 0;
	return true;
}

bool
device_may_enrol(
    struct store *store, const char *id, const char *otp, bool *may)
{
	sqlite3_stmt *query;
	bool ok;

	query = store_prepare(store,
	    "SELECT 1 FROM device WHERE id = ? AND otp = ? AND enabled", "tt",
	    id, otp);
	ok = query != NULL && store_next(store, query, may);
	sqlite3_finalize(query);
	return ok;
}

bool
device_accept(struct store *store, const char *id, const char *otp)
{
	if (!store_run(store,
		"UPDATE device SET otp = NULL, known = 1, managed = 1,"
		" status = '" DEVICE_ACCEPTED "'"
		" WHERE id = ? AND otp = ? AND enabled",
		"tt", id, otp))
		return false;
	if (store_changed(store) == 0)
		return fault(EXIT_REFUSED, "%s: its password is spent", id);
	return true;
}

bool
device_admit(struct store *store, const char *id)
{
	return store_run(store,
	    "INSERT INTO device (id, status, known, managed, created_at)"
	    " VALUES (?, '" DEVICE_ACCEPTED "', 1, 1, ?)"
	    " ON CONFLICT (id) DO UPDATE SET status = excluded.status,"
	    " known = 1, managed = 1, otp = NULL",
	    "ti", id, (int64_t)time(NULL));
}

bool
device_create(struct store *store, const char *id, const char *name,
    const char *type, bool *created)
{
	bool ok = store_run(store,
	    "UPDATE device SET name = ?, type = ?, managed = 1"
	    " WHERE id = ? AND (NOT managed OR name IS NULL)",
	    "ttt", name, type, id);

	*created = ok && store_changed(store) > 0;
	return ok;
}

bool
device_is_known(struct store *store, const char *id, bool *known)
{
	sqlite3_stmt *query;
	bool ok;

	query = store_prepare(store,
	    "SELECT 1 FROM device WHERE id = ? AND known AND enabled", "t", id);
	ok = query != NULL && store_next(store, query, known);
	sqlite3_finalize(query);
	return ok;
}

bool
device_each(struct store *store, const char *id,
    bool (*each)(const struct device *device, void *data), void *data)
{
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	query = store_prepare(store,
	    "SELECT id, status, type, created_at, (SELECT count(*) FROM"
	    " certificate WHERE device = id) FROM device"
	    " WHERE ?1 IS NULL OR id = ?1 ORDER BY id",
	    "t", id);
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found) {
		struct device device = {
			.id = store_text(query, 0),
			.status = store_text(query, 1),
			.type = store_text(query, 2),
			.created_at = sqlite3_column_int64(query, 3),
			.certificates = sqlite3_column_int64(query, 4),
		};

		ok = each(&device, data) && store_next(store, query, &found);
	}
	sqlite3_finalize(query);
	return ok;
}

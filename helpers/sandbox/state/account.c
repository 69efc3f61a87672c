/* account.c: all who can log in: people, and the users of devices.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>

#include "sandbox/state/account.h"
#include "sandbox/state/device.h"

/* Whose name has a slash is of another tenant. */
#define MATCHES                                                                \
	" FROM (SELECT name, roles, enabled, NULL AS device FROM user"         \
	" WHERE instr(name, '/') = 0 UNION ALL SELECT '" DEVICE_USER           \
	"' || id,"                                                             \
	" 'ROLE_DEVICE', enabled, id FROM device WHERE known)"                 \
	" WHERE (?1 IS NULL OR name = ?1)"                                     \
	" AND (?2 IS NULL OR substr(name, 1, length(?2)) = ?2)"

bool
account_count(
    struct store *store, const struct account_filter *filter, int64_t *count)
{
	sqlite3_stmt *query;
	bool found;
	bool ok;

	query = store_prepare(store, "SELECT count(*)" MATCHES, "tt",
	    filter->name, filter->prefix);
	ok = query != NULL && store_next(store, query, &found);
	*count = ok ? sqlite3_column_int64(query, 0) : 0;
	sqlite3_finalize(query);
	return ok;
}

bool
account_each(struct store *store, const struct account_filter *filter,
    int64_t skip, int64_t most,
    bool (*each)(const struct account *account, void *data), void *data)
{
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	query = store_prepare(store,
	    "SELECT name, roles, enabled, device" MATCHES
	    " ORDER BY name LIMIT ?3 OFFSET ?4",
	    "ttii", filter->name, filter->prefix, most, skip);
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found) {
		struct account account = { .name = store_text(query, 0),
			.roles = store_text(query, 1),
			.device = store_text(query, 3),
			.enabled = sqlite3_column_int64(query, 2) != 0 };

		ok = each(&account, data) && store_next(store, query, &found);
	}
	sqlite3_finalize(query);
	return ok;
}

/* Runs SQL for people, or else, where that touched none, for devices. */
static bool
change(struct store *store, const char *sql[2], const char *name,
    const char *types, const char *text, int64_t number, bool *was)
{
	*was = false;
	for (int i = 0; i < 2 && !*was; i++) {
		bool ok = types[1] == 't'
			      ? store_run(store, sql[i], types, name, text)
			      : store_run(store, sql[i], types, name, number);

		if (!ok)
			return false;
		*was = store_changed(store) > 0;
	}
	return true;
}

bool
account_enable(struct store *store, const char *name, bool enabled, bool *was)
{
	static const char *sql[2] = {
		"UPDATE user SET enabled = ?2 WHERE name = ?1"
		" AND instr(name, '/') = 0",
		"UPDATE device SET enabled = ?2"
		" WHERE '" DEVICE_USER "' || id = ?1 AND known",
	};

	return change(store, sql, name, "ti", NULL, enabled, was);
}

bool
account_set_password(
    struct store *store, const char *name, const char *password, bool *was)
{
	static const char *sql[2] = {
		"UPDATE user SET password = ?2 WHERE name = ?1"
		" AND instr(name, '/') = 0",
		"UPDATE device SET password = ?2"
		" WHERE '" DEVICE_USER "' || id = ?1 AND known",
	};

	return change(store, sql, name, "tt", password, 0, was);
}

bool
account_remove(struct store *store, const char *name, bool *was)
{
	static const char *sql[2] = {
		"DELETE FROM user WHERE name = ?1 AND instr(name, '/') = 0",
		"UPDATE device SET known = 0, enabled = 1, password = NULL,"
		" otp = NULL, unclaimed = 0"
		" WHERE '" DEVICE_USER "' || id = ?1 AND known",
	};

	return change(store, sql, name, "t", NULL, 0, was);
}

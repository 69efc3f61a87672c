/* user.c: the people of the tenant, and what they may do.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/gnutls.h>

#include "exit.h"
#include "fault.h"
#include "sandbox/state/device.h"
#include "sandbox/state/user.h"

static const char all_roles[] =
    "ROLE_TENANT_ADMIN ROLE_TENANT_MANAGEMENT_ADMIN "
    "ROLE_TENANT_MANAGEMENT_READ ROLE_DEVICE_CONTROL_ADMIN "
    "ROLE_DEVICE_CONTROL_READ ROLE_USER_MANAGEMENT_ADMIN "
    "ROLE_USER_MANAGEMENT_READ ROLE_INVENTORY_ADMIN ROLE_INVENTORY_READ "
    "ROLE_IDENTITY_ADMIN ROLE_IDENTITY_READ ROLE_AUDIT_ADMIN "
    "ROLE_AUDIT_READ ROLE_OPTION_MANAGEMENT_ADMIN "
    "ROLE_OPTION_MANAGEMENT_READ";

const char *
user_all_roles(void)
{
	return all_roles;
}

/* The next of LIST's words, LEN bytes long; NULL behind the last. */
static const char *
next_word(const char *list, size_t *len)
{
	list += strspn(list, " ");
	*len = strcspn(list, " ");
	return *len > 0 ? list : NULL;
}

static bool
has_word(const char *list, const char *word, size_t wanted)
{
	const char *at = list;
	size_t len;

	for (; (at = next_word(at, &len)) != NULL; at += len)
		if (len == wanted && strncmp(at, word, len) == 0)
			return true;
	return false;
}

bool
user_check_roles(const char *roles)
{
	const char *at = roles;
	size_t len;

	for (; (at = next_word(at, &len)) != NULL; at += len)
		if (!has_word(all_roles, at, len))
			return fault(
			    EXIT_USAGE, "%.*s: no such role", (int)len, at);
	return true;
}

/* Does ROLES have the LEN bytes at WORD; or, where they are X_READ, X_ADMIN? */
static bool
has_role(const char *roles, const char *word, size_t len)
{
	static const char read[] = "_READ";
	static const char admin[] = "_ADMIN";
	size_t tail = sizeof read - 1;
	struct buf above = { 0 };
	bool has;

	if (has_word(roles, word, len))
		return true;
	if (len < tail || strncmp(word + len - tail, read, tail) != 0)
		return false;
	has = buf_add(&above, word, len - tail) &&
	      buf_add(&above, admin, sizeof admin - 1) &&
	      has_word(roles, buf_text(&above), above.len);
	buf_free(&above);
	return has;
}

bool
user_has_role(const char *roles, const char *wanted)
{
	const char *at = wanted;
	bool any = false;
	size_t len;

	for (; (at = next_word(at, &len)) != NULL; at += len) {
		if (has_role(roles, at, len))
			return true;
		any = true;
	}
	return !any;
}

bool
user_put(struct store *store, const struct user *user)
{
	return store_run(store,
	    "INSERT INTO user (name, password, roles, enabled)"
	    " VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
	    " password = excluded.password, roles = excluded.roles,"
	    " enabled = excluded.enabled",
	    "ttti", user->name, user->password, user->roles,
	    (int64_t)user->enabled);
}

bool
user_remove(struct store *store, const char *name, bool *was)
{
	if (!store_run(store, "DELETE FROM user WHERE name = ?", "t", name))
		return false;
	*was = store_changed(store) > 0;
	return true;
}

bool
user_each(struct store *store, const char *name,
    bool (*each)(const struct user *user, void *data), void *data)
{
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	query = store_prepare(store,
	    "SELECT name, password, roles, enabled FROM user"
	    " WHERE ?1 IS NULL OR name = ?1 ORDER BY name",
	    "t", name);
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found) {
		struct user user = { .name = store_text(query, 0),
			.password = store_text(query, 1),
			.roles = store_text(query, 2),
			.enabled = sqlite3_column_int64(query, 3) != 0 };

		ok = each(&user, data) && store_next(store, query, &found);
	}
	sqlite3_finalize(query);
	return ok;
}

bool
user_login(struct store *store, const char *name, const char *password,
    bool *right, struct buf *roles)
{
	const char *found_password;
	sqlite3_stmt *query;
	bool found = false;
	bool ok;

	*right = false;
	query = store_prepare(store,
	    "SELECT password, roles FROM user WHERE name = ?1 AND enabled"
	    " UNION ALL SELECT password, 'ROLE_DEVICE' FROM device"
	    " WHERE '" DEVICE_USER "' || id = ?1 AND known AND enabled"
	    " AND password IS NOT NULL",
	    "t", name);
	ok = query != NULL && store_next(store, query, &found);
	if (ok && found) {
		found_password = store_text(query, 0);
		*right = strlen(password) == strlen(found_password) &&
			 gnutls_memcmp(
			     password, found_password, strlen(password)) == 0;
		ok = !*right || buf_print(roles, "%s", store_text(query, 1));
	}
	sqlite3_finalize(query);
	return ok;
}

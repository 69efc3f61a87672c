/* users.c: the people of the tenant.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "sandbox/admin/order.h"
#include "sandbox/admin/table.h"
#include "sandbox/state/device.h"
#include "sandbox/state/random.h"
#include "sandbox/state/user.h"
#include "text.h"

enum { PASSWORD_LEN = 32 };

/* The user that is there so far. */
struct before {
	struct buf password;
	struct buf roles;
};

static bool
note_user(const struct user *user, void *data)
{
	struct before *before = data;

	return buf_print(&before->password, "%s", user->password) &&
	       buf_print(&before->roles, "%s", user->roles);
}

static bool
check_name(const char *name)
{
	size_t len = sizeof DEVICE_USER - 1;

	return text_check_id(name) &&
	       (strncmp(name, DEVICE_USER, len) != 0 ||
		   fault(EXIT_DATA,
		       "%s: a name that begins with " DEVICE_USER
		       " is a device's",
		       name));
}

static bool
remove_user(struct order *order, const char *name)
{
	bool was;

	return user_remove(&order->store, name, &was) &&
	       (was || fault(EXIT_DATA, "%s: no such user", name));
}

/* That of the file, or a random one for a user that is new, which is printed. */
static bool
choose_password(struct order *order, struct buf *password)
{
	if (order->password_file != NULL) {
		buf_free(password);
		return file_read_secret(order->password_file, password);
	}
	return password->len > 0 ||
	       (random_text(PASSWORD_LEN, password) &&
		   buf_print(&order->out, "%s\n", buf_text(password)));
}

static bool
put_user(struct order *order, const char *name)
{
	struct before before = { { 0 }, { 0 } };
	struct user user = { .name = name, .enabled = true };
	bool ok;

	ok = user_check_roles(buf_text(&order->roles)) &&
	     user_each(&order->store, name, note_user, &before) &&
	     choose_password(order, &before.password);
	user.password = buf_text(&before.password);
	user.roles =
	    buf_text(order->roles.len > 0 ? &order->roles : &before.roles);
	ok = ok && user_put(&order->store, &user);
	buf_free(&before.password);
	buf_free(&before.roles);
	return ok;
}

bool
run_user(struct order *order)
{
	const char *name = order_operand(order, 0);

	if (!check_name(name))
		return false;
	if (!order->remove)
		return put_user(order, name);
	if (order->password_file != NULL || order->roles.len > 0)
		return fault(EXIT_USAGE, "--remove: neither role nor password");
	return remove_user(order, name);
}

struct listing {
	struct table table;
	struct buf *out;
};

static bool
print_user(const struct user *user, void *data)
{
	const struct listing *listing = data;
	const char *const fields[] = { user->name,
		user->enabled ? "enabled" : "disabled", user->roles };

	return table_line(&listing->table, fields, listing->out);
}

bool
run_users(struct order *order)
{
	struct listing listing = {
		{ { "NAME", "STATE", "ROLES" }, { 16, 8 }, false }, &order->out
	};

	return table_begin(&listing.table, &order->out) &&
	       user_each(&order->store, NULL, print_user, &listing);
}

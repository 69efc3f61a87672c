/* user.c: the REST calls of users: people and devices.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <jansson.h>

#include "fault.h"
#include "sandbox/api/user.h"
#include "sandbox/http/login.h"
#include "sandbox/http/page.h"
#include "sandbox/state/account.h"
#include "sandbox/state/audit.h"
#include "sandbox/state/device.h"
#include "sandbox/state/provisioned.h"
#include "sandbox/state/token.h"
#include "sandbox/state/user.h"
#include "text.h"

#define PATH "/user/" TOKEN_TENANT "/users"
#define ROLES "/user/roles/"
#define MEDIA_ONE "application/vnd.com.nsn.cumulocity.user+json"
#define MEDIA_ALL "application/vnd.com.nsn.cumulocity.usercollection+json"
#define MEDIA_CURRENT "application/vnd.com.nsn.cumulocity.currentuser+json"
#define MEDIA_ROLE "application/vnd.com.nsn.cumulocity.rolereference+json"

/* what a tenant demands of a person's password */
enum { PASSWORD_MIN = 6, PASSWORD_MAX = 32 };

/* What account_each fills. */
struct collection {
	struct exchange *x;
	json_t *users;
};

static json_t *
describe_role(struct exchange *x, const char *role)
{
	return json_pack("{s:s, s:s, s:o}", "id", role, "name", role, "self",
	    exchange_link(x, ROLES, role, ""));
}

/* An object for each of ROLES, which has blanks between, in an array. */
static json_t *
describe_roles(struct exchange *x, const char *roles)
{
	json_t *all = json_array();

	while (all != NULL && *(roles += strspn(roles, " ")) != '\0') {
		size_t len = strcspn(roles, " ");
		struct buf role = { 0 };

		if (!buf_add(&role, roles, len) ||
		    json_array_append_new(
			all, describe_role(x, buf_text(&role))) != 0) {
			json_decref(all);
			all = NULL;
		}
		buf_free(&role);
		roles += len;
	}
	return all;
}

static bool
collect(const struct account *account, void *data)
{
	struct collection *all = data;
	json_t *one;

	one = json_pack("{s:s, s:s, s:s, s:b, s:o, s:o}", "id", account->name,
	    "userName", account->name, "displayName", account->name, "enabled",
	    account->enabled, "effectiveRoles",
	    describe_roles(all->x, account->roles), "self",
	    exchange_link(all->x, PATH "/", account->name, ""));
	return json_array_append_new(all->users, one) == 0 || fault_memory();
}

/* The users that FILTER finds, on PAGE or, where that is NULL, one; NULL: a
 * fault. */
static json_t *
find(struct exchange *x, const struct account_filter *filter,
    const struct page *page)
{
	struct collection all = { x, json_array() };

	if (all.users == NULL)
		fault_memory();
	else if (account_each(&x->tenant->store, filter,
		     page != NULL ? page_skip(page) : 0,
		     page != NULL ? page->size : 1, collect, &all))
		return all.users;
	json_decref(all.users);
	return NULL;
}

/* The user NAME, for json_decref; NULL: it is refused. */
static json_t *
find_one(struct exchange *x, const char *name)
{
	struct account_filter filter = { .name = name };
	json_t *found = find(x, &filter, NULL);
	json_t *one = json_incref(json_array_get(found, 0));

	json_decref(found);
	if (found != NULL && one == NULL)
		exchange_refuse(
		    x, 404, "user/notFound", "No user has this name");
	return one;
}

bool
user_current(struct exchange *exchange)
{
	json_t *one;

	return login_require(exchange, LOGIN_ANY) &&
	       (one = find_one(exchange, buf_text(&exchange->user))) != NULL &&
	       exchange_answer_json(exchange, 200, MEDIA_CURRENT, one);
}

bool
users_list(struct exchange *exchange)
{
	struct page page = {
		.path = PATH, .member = "users", .media = MEDIA_ALL
	};
	struct account_filter filter = {
		.prefix = exchange_parameter(exchange, "username"),
	};

	return login_require_tenant(exchange, LOGIN_USERS_READ) &&
	       page_read(exchange, &page) &&
	       account_count(&exchange->tenant->store, &filter, &page.total) &&
	       page_answer(exchange, &page, find(exchange, &filter, &page));
}

static bool
collect_certificate(const struct provisioned *certificate, void *data)
{
	json_t *one;

	one = json_pack("{s:s, s:o, s:o}", "serialNumber", certificate->serial,
	    "notBefore", exchange_time(certificate->not_before), "notAfter",
	    exchange_time(certificate->not_after));
	return json_array_append_new(data, one) == 0 || fault_memory();
}

/* Puts the certificates of USER into it, where the client asks for them. */
static bool
add_certificates(struct exchange *x, const char *name, json_t *user)
{
	const char *with = exchange_parameter(x, "withCertificates");
	size_t skip = sizeof DEVICE_USER - 1;
	json_t *all;

	if (with == NULL || strcmp(with, "true") != 0)
		return true;
	all = json_array();
	if (json_object_set_new(user, "provisionedCertificates", all) != 0)
		return fault_memory();
	return strncmp(name, DEVICE_USER, skip) != 0 ||
	       provisioned_each(
		   &x->tenant->store, name + skip, collect_certificate, all);
}

bool
users_show(struct exchange *exchange)
{
	const char *name = exchange_parameter(exchange, "name");
	json_t *one;

	if (!login_require_tenant(exchange, LOGIN_USERS_READ) ||
	    (one = find_one(exchange, name)) == NULL)
		return false;
	if (add_certificates(exchange, name, one))
		return exchange_answer_json(exchange, 200, MEDIA_ONE, one);
	json_decref(one);
	return false;
}

static bool
note(struct exchange *x, const char *activity, const char *name)
{
	size_t skip = sizeof DEVICE_USER - 1;
	const struct audit record = { .type = "User",
		.activity = activity,
		.text = name,
		.user = buf_text(&x->user),
		.source = strncmp(name, DEVICE_USER, skip) == 0 ? name + skip
								: NULL };

	return audit_add(&x->tenant->store, &record);
}

static bool
check_password(struct exchange *x, const char *password)
{
	size_t len = password != NULL ? strlen(password) : 0;

	return (len >= PASSWORD_MIN && len <= PASSWORD_MAX &&
		   text_is_clean(password, len)) ||
	       exchange_invalid(x, "password must be 6 to 32 characters long");
}

/* Changes what BODY names of the user NAME. */
static bool
change(struct exchange *x, const char *name, const json_t *body)
{
	const json_t *enabled = json_object_get(body, "enabled");
	const json_t *password = json_object_get(body, "password");
	struct store *store = &x->tenant->store;
	bool was;

	if (enabled != NULL && !json_is_boolean(enabled))
		return exchange_invalid(x, "enabled must be true or false");
	if (password != NULL && !check_password(x, json_string_value(password)))
		return false;
	if (password != NULL && (!account_set_password(store, name,
				     json_string_value(password), &was) ||
				    !note(x, "User updated", name)))
		return false;
	return enabled == NULL ||
	       (account_enable(store, name, json_is_true(enabled), &was) &&
		   note(x,
		       json_is_true(enabled) ? "User enabled" : "User disabled",
		       name));
}

/* The user NAME as it is now, to who has changed it. */
static bool
answer_changed(struct exchange *x, unsigned status, const char *name)
{
	json_t *one = find_one(x, name);

	return one != NULL && exchange_answer_change(x, status, MEDIA_ONE, one);
}

/* No one takes from himself what he would need to get it back. */
static bool
check_other(struct exchange *x, const char *name)
{
	return strcmp(name, buf_text(&x->user)) != 0 ||
	       exchange_forbidden(x, "Not for the user who asks");
}

bool
users_change(struct exchange *exchange)
{
	const char *name = exchange_parameter(exchange, "name");
	json_t *body;
	json_t *one;
	bool ok;

	if (!login_require_tenant(exchange, LOGIN_USERS_ADMIN) ||
	    (one = find_one(exchange, name)) == NULL)
		return false;
	json_decref(one);
	body = exchange_object(exchange);
	ok = body != NULL &&
	     (!json_is_false(json_object_get(body, "enabled")) ||
		 check_other(exchange, name)) &&
	     change(exchange, name, body) &&
	     answer_changed(exchange, 200, name);
	json_decref(body);
	return ok;
}

bool
users_remove(struct exchange *exchange)
{
	const char *name = exchange_parameter(exchange, "name");
	json_t *one;
	bool was;

	if (!login_require_tenant(exchange, LOGIN_USERS_ADMIN) ||
	    (one = find_one(exchange, name)) == NULL)
		return false;
	json_decref(one);
	return check_other(exchange, name) &&
	       account_remove(&exchange->tenant->store, name, &was) &&
	       note(exchange, "User removed", name) &&
	       exchange_answer(exchange, 204, NULL, NULL, 0);
}

/* Can a person be called NAME, and is no one yet? */
static bool
check_name(struct exchange *x, const char *name)
{
	struct account_filter filter = { .name = name };
	int64_t count;

	if (name == NULL || *name == '\0' ||
	    !text_is_clean(name, strlen(name)) ||
	    strpbrk(name, " /+$:") != NULL ||
	    strncmp(name, DEVICE_USER, sizeof DEVICE_USER - 1) == 0)
		return exchange_invalid(x,
		    "userName must be a text without blanks and /+$:, and not "
		    "begin as those of devices do");
	if (!account_count(&x->tenant->store, &filter, &count))
		return false;
	return count == 0 || exchange_refuse(x, 409, "user/duplicate",
				 "There is a user of this name");
}

static bool
add(struct exchange *x, const json_t *body)
{
	const json_t *enabled = json_object_get(body, "enabled");
	const struct user user = {
		.name = json_string_value(json_object_get(body, "userName")),
		.password =
		    json_string_value(json_object_get(body, "password")),
		.roles = "",
		.enabled = enabled == NULL || json_is_true(enabled),
	};

	return check_name(x, user.name) && check_password(x, user.password) &&
	       user_put(&x->tenant->store, &user) &&
	       note(x, "User created", user.name) &&
	       answer_changed(x, 201, user.name);
}

bool
users_add(struct exchange *exchange)
{
	json_t *body;
	bool ok;

	if (!login_require_tenant(exchange, LOGIN_USERS_ADMIN) ||
	    (body = exchange_object(exchange)) == NULL)
		return false;
	ok = add(exchange, body);
	json_decref(body);
	return ok;
}

/* The user to give ROLE to. */
struct grant {
	struct store *store;
	const char *role;
	bool found;
};

static bool
grant(const struct user *user, void *data)
{
	struct grant *grant = data;
	struct user more = *user;
	struct buf roles = { 0 };
	bool ok;

	grant->found = true;
	if (strstr(user->name, "/") != NULL ||
	    user_has_role(user->roles, grant->role))
		return true;
	ok = buf_print(&roles, "%s%s%s", user->roles,
	    *user->roles != '\0' ? " " : "", grant->role);
	more.roles = buf_text(&roles);
	ok = ok && user_put(grant->store, &more);
	buf_free(&roles);
	return ok;
}

/* Gives the person NAME the role that SELF, a URL, ends with. */
static bool
add_role(struct exchange *x, const char *name, const char *self)
{
	const char *role = self != NULL ? strrchr(self, '/') : NULL;
	struct grant order = { &x->tenant->store, role != NULL ? role + 1 : "",
		false };

	if (*order.role == '\0' || strchr(order.role, ' ') != NULL ||
	    !user_check_roles(order.role))
		return exchange_invalid(x, "role must be that of a tenant");
	if (!user_each(order.store, name, grant, &order))
		return false;
	if (!order.found)
		return exchange_refuse(
		    x, 404, "user/notFound", "No person has this name");
	return note(x, "User role added", name) &&
	       exchange_answer_change(x, 201, MEDIA_ROLE,
		   json_pack("{s:o, s:o}", "role", describe_role(x, order.role),
		       "self", exchange_link(x, ROLES, order.role, "")));
}

bool
users_add_role(struct exchange *exchange)
{
	const char *name = exchange_parameter(exchange, "name");
	const json_t *role;
	json_t *body;
	bool ok;

	if (!login_require_tenant(exchange, LOGIN_USERS_ADMIN) ||
	    (body = exchange_object(exchange)) == NULL)
		return false;
	role = json_object_get(body, "role");
	ok = add_role(
	    exchange, name, json_string_value(json_object_get(role, "self")));
	json_decref(body);
	return ok;
}

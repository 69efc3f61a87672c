/* inventory.c: the REST calls of managed objects.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "fault.h"
#include "sandbox/api/inventory.h"
#include "sandbox/http/login.h"
#include "sandbox/http/page.h"
#include "sandbox/state/account.h"
#include "sandbox/state/audit.h"
#include "sandbox/state/device.h"
#include "sandbox/state/managed.h"

#define PATH "/inventory/managedObjects"
#define MEDIA_ONE "application/vnd.com.nsn.cumulocity.managedobject+json"
#define MEDIA_ALL                                                              \
	"application/vnd.com.nsn.cumulocity.managedobjectcollection+json"
#define MEDIA_USER "application/vnd.com.nsn.cumulocity.managedobjectuser+json"

/* What managed_each fills. */
struct collection {
	struct exchange *x;
	json_t *objects;
	json_t *users; /* of these, in the same order */
};

static json_t *
describe(struct exchange *x, const struct managed *object)
{
	json_t *all = json_loads(object->fragments, 0, NULL);
	char number[sizeof "-9223372036854775808"];
	json_t *own;

	snprintf(number, sizeof number, "%lld", (long long)object->number);
	own = json_pack("{s:s, s:o, s:s, s:s, s:s+, s:o, s:o, s:{}}", "id",
	    number, "self", exchange_link(x, PATH "/", number, ""), "name",
	    object->name, "type", object->type, "owner", DEVICE_USER,
	    object->device, "creationTime", exchange_time(object->created_at),
	    "lastUpdated", exchange_time(object->created_at), "c8y_IsDevice");
	if (all == NULL || own == NULL || json_object_update(all, own) != 0) {
		json_decref(all);
		all = NULL;
	}
	json_decref(own);
	return all;
}

static json_t *
describe_user(struct exchange *x, const struct managed *object)
{
	char number[sizeof "-9223372036854775808"];

	if (!object->has_user)
		return json_null();
	snprintf(number, sizeof number, "%lld", (long long)object->number);
	return json_pack("{s:s+, s:b, s:o}", "userName", DEVICE_USER,
	    object->device, "enabled", object->enabled, "self",
	    exchange_link(x, PATH "/", number, "/user"));
}

static bool
collect(const struct managed *object, void *data)
{
	struct collection *all = data;

	return (json_array_append_new(all->objects, describe(all->x, object)) ==
		       0 &&
		   json_array_append_new(
		       all->users, describe_user(all->x, object)) == 0) ||
	       fault_memory();
}

/* The text in QUERY behind NAME and " eq", which is in quotes; NULL: none. OUT
 * holds it. */
static const char *
find_equal(const char *query, const char *name, struct buf *out)
{
	struct buf words = { 0 };
	const char *at = NULL;

	if (query != NULL && buf_print(&words, "%s eq '", name))
		at = strstr(query, buf_text(&words));
	if (at != NULL)
		at += words.len;
	buf_free(&words);
	return at != NULL && buf_add(out, at, strcspn(at, "'")) ? buf_text(out)
								: NULL;
}

bool
inventory_list(struct exchange *exchange)
{
	struct page page = {
		.path = PATH, .member = "managedObjects", .media = MEDIA_ALL
	};
	struct managed_filter filter = {
		.type = exchange_parameter(exchange, "type"),
		.fragment = exchange_parameter(exchange, "fragmentType"),
		.text = exchange_parameter(exchange, "text"),
	};
	struct collection all = { exchange, json_array(), json_array() };
	struct store *store = &exchange->tenant->store;
	const char *query = exchange_parameter(exchange, "query");
	struct buf name = { 0 };
	struct buf type = { 0 };
	bool ok;

	filter.name = find_equal(query, "name", &name);
	if (filter.type == NULL)
		filter.type = find_equal(query, "type", &type);
	ok = login_require(exchange, LOGIN_INVENTORY_READ) &&
	     page_read(exchange, &page) &&
	     managed_count(store, &filter, &page.total) &&
	     managed_each(
		 store, &filter, page_skip(&page), page.size, collect, &all) &&
	     page_answer(exchange, &page, json_incref(all.objects));
	json_decref(all.objects);
	json_decref(all.users);
	buf_free(&name);
	buf_free(&type);
	return ok;
}

/* The object of the path: ONE is it and USER its user, for json_decref, and
 * x->device whose it is. False: it is refused. */
static bool
find(struct exchange *x, int64_t *number, json_t **one, json_t **user)
{
	const char *id = exchange_parameter(x, "id");
	struct managed_filter filter = { .number = strtoll(id, NULL, 10) };
	struct collection all = { x, json_array(), json_array() };
	const char *owner = NULL;
	bool ok;

	/* 0 would be any, and a number below is none */
	if (filter.number <= 0)
		filter.number = -1;
	*number = filter.number;
	ok = managed_each(&x->tenant->store, &filter, 0, 1, collect, &all);
	*one = json_incref(json_array_get(all.objects, 0));
	*user = json_incref(json_array_get(all.users, 0));
	json_decref(all.objects);
	json_decref(all.users);
	if (ok && *one == NULL)
		ok = exchange_refuse(x, 404, "inventory/notFound",
		    "No managed object has this ID");
	if (ok)
		owner = json_string_value(json_object_get(*one, "owner"));
	if (owner != NULL) {
		owner += sizeof DEVICE_USER - 1;
		ok = buf_add(&x->device, owner, strlen(owner));
	}
	if (ok)
		return true;
	json_decref(*one);
	json_decref(*user);
	return false;
}

bool
inventory_show(struct exchange *exchange)
{
	int64_t number;
	json_t *user;
	json_t *one;

	if (!login_require(exchange, LOGIN_INVENTORY_READ) ||
	    !find(exchange, &number, &one, &user))
		return false;
	json_decref(user);
	return exchange_answer_json(exchange, 200, MEDIA_ONE, one);
}

static bool
note(struct exchange *x, const char *type, const char *activity)
{
	const struct audit record = { .type = type,
		.activity = activity,
		.text = buf_text(&x->device),
		.user = buf_text(&x->user),
		.source = buf_text(&x->device) };

	return audit_add(&x->tenant->store, &record);
}

/* Takes the text NAME out of BODY; NULL: it was not there. False: it is refused.
 */
static bool
take_text(struct exchange *x, json_t *body, const char *name, json_t **text)
{
	*text = json_incref(json_object_get(body, name));
	json_object_del(body, name);
	return *text == NULL || json_is_string(*text) ||
	       exchange_invalid(x, "name and type must be texts");
}

/* What is the tenant's own of a managed object is not for a client to change. */
static bool
change(struct exchange *x, int64_t number, json_t *body)
{
	static const char *const fixed[] = { "id", "self", "owner",
		"creationTime", "lastUpdated", "c8y_IsDevice" };
	json_t *name = NULL;
	json_t *type = NULL;
	char *patch = NULL;
	bool was;
	bool ok;

	for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
		json_object_del(body, fixed[i]);
	ok = take_text(x, body, "name", &name) &&
	     take_text(x, body, "type", &type) &&
	     (patch = json_dumps(body, JSON_COMPACT)) != NULL &&
	     managed_change(&x->tenant->store, number, json_string_value(name),
		 json_string_value(type), patch, &was) &&
	     note(x, "Inventory", "Managed object updated");
	free(patch);
	json_decref(name);
	json_decref(type);
	return ok;
}

/* The object as it is now, to who has changed it. */
static bool
answer_changed(struct exchange *x)
{
	int64_t number;
	json_t *user;
	json_t *one;

	x->device.len = 0;
	if (!find(x, &number, &one, &user))
		return false;
	json_decref(user);
	return exchange_answer_change(x, 200, MEDIA_ONE, one);
}

bool
inventory_change(struct exchange *exchange)
{
	json_t *body = NULL;
	int64_t number;
	json_t *user;
	json_t *one;
	bool ok;

	if (!login_require(exchange, LOGIN_INVENTORY_ADMIN) ||
	    !find(exchange, &number, &one, &user))
		return false;
	json_decref(one);
	json_decref(user);
	body = exchange_object(exchange);
	ok = body != NULL && change(exchange, number, body) &&
	     answer_changed(exchange);
	json_decref(body);
	return ok;
}

bool
inventory_remove(struct exchange *exchange)
{
	const char *with = exchange_parameter(exchange, "withDeviceUser");
	struct store *store = &exchange->tenant->store;
	int64_t number;
	json_t *user;
	json_t *one;
	bool all;
	bool was;

	if (!login_require(exchange, LOGIN_INVENTORY_ADMIN) ||
	    !find(exchange, &number, &one, &user))
		return false;
	json_decref(one);
	json_decref(user);
	all = with != NULL && strcmp(with, "true") == 0;
	if (!(all ? device_remove(store, buf_text(&exchange->device), &was)
		  : managed_remove(store, number, &was)))
		return false;
	return note(exchange, "Inventory",
		   all ? "Device and its user removed" : "Device removed") &&
	       exchange_answer(exchange, 204, NULL, NULL, 0);
}

/* The user of the object of the path, for json_decref; NULL: it is refused. */
static json_t *
find_user(struct exchange *x)
{
	int64_t number;
	json_t *user;
	json_t *one;

	if (!find(x, &number, &one, &user))
		return NULL;
	json_decref(one);
	if (json_is_object(user))
		return user;
	json_decref(user);
	exchange_refuse(x, 404, "inventory/notFound", "The device has no user");
	return NULL;
}

bool
inventory_show_user(struct exchange *exchange)
{
	json_t *user;

	return login_require(exchange, LOGIN_INVENTORY_READ) &&
	       (user = find_user(exchange)) != NULL &&
	       exchange_answer_json(exchange, 200, MEDIA_USER, user);
}

/* Lets USER log in, or not, as BODY says. */
static bool
enable(struct exchange *x, json_t *user, json_t *body)
{
	json_t *enabled = json_object_get(body, "enabled");
	const char *name = json_string_value(json_object_get(user, "userName"));
	bool was;

	if (!json_is_boolean(enabled))
		return exchange_invalid(x, "enabled must be true or false");
	return account_enable(
		   &x->tenant->store, name, json_is_true(enabled), &was) &&
	       json_object_set(user, "enabled", enabled) == 0 &&
	       note(x, "User",
		   json_is_true(enabled) ? "User enabled" : "User disabled") &&
	       exchange_answer_change(x, 200, MEDIA_USER, json_incref(user));
}

bool
inventory_change_user(struct exchange *exchange)
{
	json_t *user;
	json_t *body;
	bool ok;

	if (!login_require(exchange, LOGIN_INVENTORY_ADMIN) ||
	    (user = find_user(exchange)) == NULL)
		return false;
	body = exchange_object(exchange);
	ok = body != NULL && enable(exchange, user, body);
	json_decref(user);
	json_decref(body);
	return ok;
}

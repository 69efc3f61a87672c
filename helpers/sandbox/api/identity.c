/* identity.c: the REST calls of external ids.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "fault.h"
#include "sandbox/api/identity.h"
#include "sandbox/http/login.h"
#include "sandbox/state/managed.h"

#define MEDIA_ONE "application/vnd.com.nsn.cumulocity.externalid+json"
#define MEDIA_ALL "application/vnd.com.nsn.cumulocity.externalidcollection+json"

/* What managed_each fills. */
struct collection {
	struct exchange *x;
	json_t *ids;
};

static json_t *
describe(struct exchange *x, const struct managed *object)
{
	char number[sizeof "-9223372036854775808"];
	struct buf path = { 0 };
	json_t *made = NULL;

	snprintf(number, sizeof number, "%lld", (long long)object->number);
	if (buf_print(&path, "/identity/externalIds/%s/", object->id_type))
		made = json_pack("{s:s, s:s, s:o, s:{s:s, s:o}}", "externalId",
		    object->device, "type", object->id_type, "self",
		    exchange_link(x, buf_text(&path), object->device, ""),
		    "managedObject", "id", number, "self",
		    exchange_link(x, "/inventory/managedObjects/", number, ""));
	buf_free(&path);
	return made;
}

static bool
collect(const struct managed *object, void *data)
{
	struct collection *all = data;

	return json_array_append_new(all->ids, describe(all->x, object)) == 0 ||
	       fault_memory();
}

/* The external ids that FILTER finds, at most one; NULL: it is refused. */
static json_t *
find(struct exchange *x, const struct managed_filter *filter)
{
	struct collection all = { x, json_array() };

	if (all.ids == NULL)
		fault_memory();
	else if (managed_each(&x->tenant->store, filter, 0, 1, collect, &all)) {
		if (json_array_size(all.ids) > 0)
			return all.ids;
		exchange_refuse(x, 404, "identity/notFound",
		    "No external ID or managed object is called so");
	}
	json_decref(all.ids);
	return NULL;
}

bool
identity_show(struct exchange *exchange)
{
	const char *id = exchange_parameter(exchange, "id");
	struct managed_filter filter = { .device = id,
		.id_type = exchange_parameter(exchange, "type") };
	json_t *found;
	json_t *one;

	if (!login_require(exchange, LOGIN_IDENTITY_READ) ||
	    !buf_add(&exchange->device, id, strlen(id)) ||
	    (found = find(exchange, &filter)) == NULL)
		return false;
	one = json_incref(json_array_get(found, 0));
	json_decref(found);
	return exchange_answer_json(exchange, 200, MEDIA_ONE, one);
}

bool
identity_list(struct exchange *exchange)
{
	const char *id = exchange_parameter(exchange, "id");
	struct managed_filter filter = { .number = strtoll(id, NULL, 10) };
	json_t *found;

	/* 0 would be any, and a number below is none */
	if (filter.number <= 0)
		filter.number = -1;
	if (!login_require(exchange, LOGIN_IDENTITY_READ) ||
	    (found = find(exchange, &filter)) == NULL)
		return false;
	return exchange_answer_json(exchange, 200, MEDIA_ALL,
	    json_pack("{s:o, s:o}", "self",
		exchange_link(
		    exchange, "/identity/globalIds/", id, "/externalIds"),
		"externalIds", found));
}

/* request.c: the REST calls around the registration of devices.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <jansson.h>

#include "fault.h"
#include "sandbox/api/request.h"
#include "sandbox/http/login.h"
#include "sandbox/state/device.h"
#include "text.h"

#define MEDIA_ONE "application/vnd.com.nsn.cumulocity.newdevicerequest+json"
#define MEDIA_ALL                                                              \
	"application/vnd.com.nsn.cumulocity.newdevicerequestcollection+json"

static json_t *
describe(const struct device *device)
{
	/* s*: a type that is not there is no member */
	return json_pack("{s:s, s:s, s:o, s:s+, s:s*}", "id", device->id,
	    "status", device->status, "creationTime",
	    exchange_time(device->created_at), "self",
	    "/devicecontrol/newDeviceRequests/", device->id, "type",
	    device->type);
}

/* What device_each calls: appends to the array DATA. */
static bool
collect(const struct device *device, void *data)
{
	return json_array_append_new(data, describe(device)) == 0 ||
	       fault_memory();
}

/* The device ID, or all where it is NULL, as an array; NULL: a fault. */
static json_t *
find(struct exchange *x, const char *id)
{
	json_t *found = json_array();

	if (found == NULL)
		fault_memory();
	else if (device_each(&x->tenant->store, id, collect, found))
		return found;
	json_decref(found);
	return NULL;
}

static bool
answer_one(struct exchange *x, unsigned status, const char *id)
{
	json_t *found = find(x, id);
	bool ok;

	if (found == NULL)
		return false;
	if (json_array_size(found) == 0)
		ok = exchange_refuse(x, 404, "devicecontrol/notFound",
		    "No newDeviceRequest has this ID");
	else
		ok = exchange_answer_json(x, status, MEDIA_ONE,
		    json_incref(json_array_get(found, 0)));
	json_decref(found);
	return ok;
}

/* A request that still waits has to be deleted before there can be another. */
static bool
check_free(struct exchange *x, const char *id)
{
	json_t *found = find(x, id);
	const char *status;
	bool waiting;

	if (found == NULL)
		return false;
	status = json_string_value(
	    json_object_get(json_array_get(found, 0), "status"));
	waiting = status != NULL && strcmp(status, DEVICE_ACCEPTED) != 0;
	json_decref(found);
	return !waiting || exchange_refuse(x, 409, "devicecontrol/conflict",
			       "A newDeviceRequest for this ID exists");
}

static bool
add_device(struct exchange *x, const json_t *body)
{
	const char *id = json_string_value(json_object_get(body, "id"));
	const char *type = json_string_value(json_object_get(body, "type"));
	const char *otp =
	    json_string_value(json_object_get(body, "enrollmentToken"));

	if (id == NULL || otp == NULL)
		return exchange_invalid(
		    x, "id and enrollmentToken must be texts");
	if (!text_check_id(id) || !device_check_password(otp))
		return exchange_invalid(x, fault_text());
	if (!buf_add(&x->device, id, strlen(id)) || !check_free(x, id) ||
	    !device_register(&x->tenant->store, id, otp, type))
		return false;
	return answer_one(x, 201, id);
}

bool
request_add(struct exchange *exchange)
{
	json_t *body;
	bool ok;

	if (!login_require(exchange, LOGIN_DEVICES_ADMIN))
		return false;
	body = exchange_object(exchange);
	ok = body != NULL && add_device(exchange, body);
	json_decref(body);
	return ok;
}

bool
request_list(struct exchange *exchange)
{
	json_t *all;

	if (!login_require(exchange, LOGIN_DEVICES_READ) ||
	    (all = find(exchange, NULL)) == NULL)
		return false;
	return exchange_answer_json(exchange, 200, MEDIA_ALL,
	    json_pack("{s:s, s:o}", "self", "/devicecontrol/newDeviceRequests",
		"newDeviceRequests", all));
}

/* The id in the path, noted for the log. */
static const char *
path_id(struct exchange *x)
{
	const char *id = u_map_get(x->request->map_url, "id");

	return id != NULL && buf_add(&x->device, id, strlen(id)) ? id : "";
}

bool
request_show(struct exchange *exchange)
{
	return login_require(exchange, LOGIN_DEVICES_READ) &&
	       answer_one(exchange, 200, path_id(exchange));
}

bool
request_remove(struct exchange *exchange)
{
	bool was;

	if (!login_require(exchange, LOGIN_DEVICES_ADMIN) ||
	    !device_remove(&exchange->tenant->store, path_id(exchange), &was))
		return false;
	return was ? exchange_answer(exchange, 204, NULL, NULL, 0)
		   : exchange_refuse(exchange, 404, "devicecontrol/notFound",
			 "No newDeviceRequest has this ID");
}

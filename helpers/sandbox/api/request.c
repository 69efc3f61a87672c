/* request.c: the REST calls that register a device.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <jansson.h>

#include "fault.h"
#include "sandbox/api/request.h"
#include "sandbox/http/login.h"
#include "sandbox/http/page.h"
#include "sandbox/state/audit.h"
#include "sandbox/state/device.h"
#include "sandbox/state/registration.h"
#include "sandbox/state/settings.h"
#include "sandbox/state/token.h"
#include "text.h"

#define PATH "/devicecontrol/newDeviceRequests"
#define MEDIA_ONE "application/vnd.com.nsn.cumulocity.newdevicerequest+json"
#define MEDIA_ALL                                                              \
	"application/vnd.com.nsn.cumulocity.newdevicerequestcollection+json"

/* What registration_each fills. */
struct collection {
	struct exchange *x;
	json_t *requests;
};

static bool
collect(const struct registration *request, void *data)
{
	struct collection *all = data;
	json_t *one;

	/* s*: what is not there is no member */
	one = json_pack("{s:s, s:s, s:o, s:s, s:o, s:s*, s:s*}", "id",
	    request->id, "status", request->status, "creationTime",
	    exchange_time(request->created_at), "tenantId", TOKEN_TENANT,
	    "self", exchange_link(all->x, PATH "/", request->id, ""), "type",
	    request->type, "groupId", request->group);
	return json_array_append_new(all->requests, one) == 0 || fault_memory();
}

/* The request ID, or where that is NULL those of PAGE, as an array; NULL: a
 * fault. */
static json_t *
find(struct exchange *x, const char *id, const struct page *page)
{
	struct collection all = { x, json_array() };

	if (all.requests == NULL)
		fault_memory();
	else if (registration_each(&x->tenant->store, id,
		     page != NULL ? page_skip(page) : 0,
		     page != NULL ? page->size : 1, collect, &all))
		return all.requests;
	json_decref(all.requests);
	return NULL;
}

static bool
missing(struct exchange *x)
{
	return exchange_refuse(x, 404, "devicecontrol/notFound",
	    "No newDeviceRequest has this ID");
}

/* Shows ID, to whom asks for it or changed it. */
static bool
answer_one(struct exchange *x, unsigned status, const char *id)
{
	json_t *found = find(x, id, NULL);
	json_t *one = json_incref(json_array_get(found, 0));

	json_decref(found);
	if (found == NULL)
		return false;
	if (one == NULL)
		return missing(x);
	if (strcmp(x->request->http_verb, "GET") == 0)
		return exchange_answer_json(x, status, MEDIA_ONE, one);
	return exchange_answer_change(x, status, MEDIA_ONE, one);
}

static bool
note(struct exchange *x, const char *activity, const char *text)
{
	const struct audit record = { .type = "NewDeviceRequest",
		.activity = activity,
		.text = text,
		.user = buf_text(&x->user),
		.source = buf_text(&x->device) };

	return audit_add(&x->tenant->store, &record);
}

/* A request that still waits has to be deleted before there can be another. */
static bool
check_free(struct exchange *x, const char *id)
{
	struct buf status = { 0 };
	bool ok = registration_status(&x->tenant->store, id, &status);
	bool waits =
	    status.len > 0 && strcmp(buf_text(&status), DEVICE_ACCEPTED) != 0;

	buf_free(&status);
	if (!ok)
		return false;
	return !waits || exchange_refuse(x, 409, "devicecontrol/conflict",
			     "A newDeviceRequest for this ID exists");
}

/* The member NAME of BODY, NULL where it is not there or null. False: it is no
 * text. */
static bool
take_text(const json_t *body, const char *name, const char **text)
{
	const json_t *value = json_object_get(body, name);

	*text = json_string_value(value);
	return value == NULL || json_is_null(value) || *text != NULL;
}

static bool
add_device(struct exchange *x, const json_t *body)
{
	struct registration new = { .id = NULL };
	const char *otp;

	if (!take_text(body, "id", &new.id) || new.id == NULL ||
	    !take_text(body, "type", &new.type) ||
	    !take_text(body, "groupId", &new.group) ||
	    !take_text(body, "enrollmentToken", &otp))
		return exchange_invalid(x, "id must be a text, and so must "
					   "type, groupId and enrollmentToken "
					   "where they are there");
	if (!text_check_id(new.id) ||
	    (otp != NULL && !device_check_password(otp)))
		return exchange_invalid(x, fault_text());
	return buf_add(&x->device, new.id, strlen(new.id)) &&
	       check_free(x, new.id) &&
	       registration_put(&x->tenant->store, &new, otp) &&
	       note(x, "New device request created",
		   otp != NULL ? "Device will enroll with its token"
			       : "Device will ask for its credentials") &&
	       answer_one(x, 201, new.id);
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
	struct page page = {
		.path = PATH, .member = "newDeviceRequests", .media = MEDIA_ALL
	};

	return login_require(exchange, LOGIN_DEVICES_READ) &&
	       page_read(exchange, &page) &&
	       registration_count(&exchange->tenant->store, &page.total) &&
	       page_answer(exchange, &page, find(exchange, NULL, &page));
}

/* The id in the path, noted for the log. */
static const char *
path_id(struct exchange *x)
{
	const char *id = exchange_parameter(x, "id");

	return id != NULL && buf_add(&x->device, id, strlen(id)) ? id : "";
}

bool
request_show(struct exchange *exchange)
{
	return login_require(exchange, LOGIN_DEVICES_READ) &&
	       answer_one(exchange, 200, path_id(exchange));
}

/* Accepts ID, whose status is STATUS now. */
static bool
accept_device(struct exchange *x, const char *id, const char *status)
{
	struct store *store = &x->tenant->store;
	int64_t early;
	bool done;

	if (strcmp(status, "") == 0)
		return missing(x);
	if (strcmp(status, DEVICE_ACCEPTED) == 0)
		return answer_one(x, 200, id);
	if (!settings_number(store, SETTING_ACCEPT_EARLY, &early) ||
	    !registration_accept(store, id, early == 200, &done))
		return false;
	if (!done)
		return exchange_invalid(x,
		    "Only a device request in status "
		    "PENDING_ACCEPTANCE can be accepted");
	return note(x, "New device request accepted",
		   "Device may have its credentials") &&
	       answer_one(x, 200, id);
}

bool
request_accept(struct exchange *exchange)
{
	struct buf status = { 0 };
	const char *wanted;
	const char *id;
	json_t *body;
	bool ok;

	if (!login_require(exchange, LOGIN_DEVICES_ADMIN) ||
	    (body = exchange_object(exchange)) == NULL)
		return false;
	id = path_id(exchange);
	wanted = json_string_value(json_object_get(body, "status"));
	if (wanted == NULL || strcmp(wanted, DEVICE_ACCEPTED) != 0)
		ok = exchange_invalid(
		    exchange, "status must be " DEVICE_ACCEPTED);
	else
		ok = registration_status(
			 &exchange->tenant->store, id, &status) &&
		     accept_device(exchange, id, buf_text(&status));
	buf_free(&status);
	json_decref(body);
	return ok;
}

bool
request_remove(struct exchange *exchange)
{
	bool was;

	if (!login_require(exchange, LOGIN_DEVICES_ADMIN) ||
	    !device_remove(&exchange->tenant->store, path_id(exchange), &was))
		return false;
	if (!was)
		return missing(exchange);
	return note(exchange, "New device request removed",
		   "Device was removed with its user") &&
	       exchange_answer(exchange, 204, NULL, NULL, 0);
}

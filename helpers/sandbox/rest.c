/* rest.c: the REST calls around registration and tokens.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>
#include <gnutls/gnutls.h>
#include <jansson.h>

#include "device.h"
#include "fault.h"
#include "faults.h"
#include "rest.h"
#include "text.h"
#include "token.h"
#include "x509.h"

#define MEDIA_ONE "application/vnd.com.nsn.cumulocity.newdevicerequest+json"
#define MEDIA_ALL                                                              \
	"application/vnd.com.nsn.cumulocity.newdevicerequestcollection+json"

static bool
unauthorized(struct exchange *x, const char *message)
{
	return exchange_refuse(x, 401, "security/Unauthorized", message);
}

static bool
invalid(struct exchange *x, const char *message)
{
	return exchange_refuse(x, 422, "general/validationError", message);
}

/* Basic user and password of DIR/operator. */
static bool
check_operator(struct exchange *x)
{
	const struct buf *right = &x->tenant->operator_login;
	const char *user = x->request->auth_basic_user;
	const char *password = x->request->auth_basic_password;
	struct buf login = { 0 };
	bool same;

	if (user == NULL || password == NULL)
		return unauthorized(x, "Full authentication is required to "
				       "access this resource");
	if (!buf_print(&login, "%s:%s", user, password))
		return false;
	same = login.len == right->len &&
	       gnutls_memcmp(login.data, right->data, login.len) == 0;
	buf_free(&login);
	return same || unauthorized(x, "Invalid credentials");
}

static json_t *
describe(const struct device *device)
{
	time_t created = (time_t)device->created_at;
	char when[sizeof "-2147483648-01-01T00:00:00.000Z"];
	struct tm tm;

	gmtime_r(&created, &tm);
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S.000Z", &tm);
	/* s*: a type that is not there is no member */
	return json_pack("{s:s, s:s, s:s, s:s+, s:s*}", "id", device->id,
	    "status", device->status, "creationTime", when, "self",
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
		return invalid(x, "id and enrollmentToken must be texts");
	if (!text_check_id(id) || !device_check_password(otp))
		return invalid(x, fault_text());
	if (!buf_add(&x->device, id, strlen(id)) || !check_free(x, id) ||
	    !device_register(&x->tenant->store, id, otp, type))
		return false;
	return answer_one(x, 201, id);
}

bool
rest_register(struct exchange *exchange)
{
	json_t *body;
	bool ok;

	if (!check_operator(exchange))
		return false;
	body = json_loadb(exchange->request->binary_body,
	    exchange->request->binary_body_length, 0, NULL);
	ok = body != NULL ? add_device(exchange, body)
			  : exchange_refuse(exchange, 400, "general/badRequest",
				"The body is not JSON");
	json_decref(body);
	return ok;
}

bool
rest_list(struct exchange *exchange)
{
	json_t *all;

	if (!check_operator(exchange) || (all = find(exchange, NULL)) == NULL)
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
rest_show(struct exchange *exchange)
{
	return check_operator(exchange) &&
	       answer_one(exchange, 200, path_id(exchange));
}

bool
rest_remove(struct exchange *exchange)
{
	bool was;

	if (!check_operator(exchange) ||
	    !device_remove(&exchange->tenant->store, path_id(exchange), &was))
		return false;
	return was ? exchange_answer(exchange, 204, NULL, NULL, 0)
		   : exchange_refuse(exchange, 404, "devicecontrol/notFound",
			 "No newDeviceRequest has this ID");
}

/* Is the device of the exchange one of this tenant? */
static bool
check_device(struct exchange *x)
{
	struct store *store = &x->tenant->store;
	bool strange;
	bool known;

	if (!faults_strange(store, &strange) ||
	    !device_is_known(store, buf_text(&x->device), &known))
		return false;
	if (strange)
		return unauthorized(x, "The certificate is not known yet");
	return known || unauthorized(x, "The certificate is for no device of "
					"this tenant");
}

bool
rest_token(struct exchange *exchange)
{
	/* ulfius leaves it NULL for a certificate that does not chain up to
	 * the authority or is over, as for none at all */
	gnutls_x509_crt_t crt = exchange->request->client_cert;
	struct buf token = { 0 };
	bool ok;

	if (crt == NULL || !x509_common_name(crt, &exchange->device))
		return unauthorized(
		    exchange, "No client certificate that this tenant trusts");
	if (!check_device(exchange))
		return false;
	ok = token_make(&exchange->tenant->jwt, buf_text(&exchange->device),
		 time(NULL), &token) &&
	     exchange_answer_json(exchange, 200, "application/json",
		 json_pack("{s:s}", "accessToken", buf_text(&token)));
	buf_free(&token);
	return ok;
}

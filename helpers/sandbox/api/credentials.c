/* credentials.c: passwords for devices that ask for one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <jansson.h>

#include "sandbox/api/credentials.h"
#include "sandbox/http/login.h"
#include "sandbox/state/audit.h"
#include "sandbox/state/device.h"
#include "sandbox/state/random.h"
#include "sandbox/state/registration.h"
#include "sandbox/state/token.h"

#define PATH "/devicecontrol/deviceCredentials"
#define MEDIA "application/vnd.com.nsn.cumulocity.devicecredentials+json"

enum { PASSWORD_LEN = 32 };

static bool
answer(struct exchange *x, const char *password)
{
	const char *id = buf_text(&x->device);
	const struct audit record = { .type = "NewDeviceRequest",
		.activity = "Device credentials created",
		.text = "Device has got the password of its user",
		.user = buf_text(&x->user),
		.source = id };

	return audit_add(&x->tenant->store, &record) &&
	       exchange_answer_change(x, 201, MEDIA,
		   json_pack("{s:s, s:s, s:s+, s:s, s:o}", "id", id, "tenantId",
		       TOKEN_TENANT, "username", DEVICE_USER, id, "password",
		       password, "self", exchange_link(x, PATH "/", id, "")));
}

/* The device ID gets a password, or has to come again. */
static bool
serve(struct exchange *x, const char *id)
{
	struct buf password = { 0 };
	bool given;
	bool ok;

	ok = buf_add(&x->device, id, strlen(id)) &&
	     random_text(PASSWORD_LEN, &password) &&
	     registration_claim(
		 &x->tenant->store, id, buf_text(&password), &given);
	if (ok && given)
		ok = answer(x, buf_text(&password));
	else if (ok)
		ok = exchange_refuse(x, 404, "devicecontrol/notFound",
		    "No accepted newDeviceRequest has this ID");
	buf_free(&password);
	return ok;
}

bool
credentials_ask(struct exchange *exchange)
{
	const char *id;
	json_t *body;
	bool ok;

	if (!login_require(exchange, LOGIN_BOOTSTRAP) ||
	    (body = exchange_object(exchange)) == NULL)
		return false;
	id = json_string_value(json_object_get(body, "id"));
	ok = id != NULL ? serve(exchange, id)
			: exchange_invalid(exchange, "id must be a text");
	json_decref(body);
	return ok;
}

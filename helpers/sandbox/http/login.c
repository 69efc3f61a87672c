/* login.c: who asks, and may they?
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "fault.h"
#include "sandbox/http/login.h"
#include "sandbox/state/device.h"
#include "sandbox/state/token.h"
#include "sandbox/state/user.h"

/* the words of a tenant, which a client may look for */
static const char no_login[] =
    "Full authentication is required to access this resource";

/* The login of Basic authentication, without the tenant; ROLES are what it
 * has. */
static bool
check_basic(struct exchange *x, struct buf *roles)
{
	static const char prefix[] = TOKEN_TENANT "/";
	const char *name = x->request->auth_basic_user;
	const char *password = x->request->auth_basic_password;
	bool right;

	if (name == NULL || password == NULL)
		return exchange_unauthorized(x, no_login);
	if (strncmp(name, prefix, sizeof prefix - 1) == 0)
		name += sizeof prefix - 1;
	if (!user_login(&x->tenant->store, name, password, &right, roles))
		return false;
	if (!right)
		return exchange_unauthorized(x, "Invalid credentials");
	return buf_add(&x->user, name, strlen(name));
}

bool
login_require(struct exchange *x, const char *roles)
{
	struct buf has = { 0 };
	bool ok;

	ok = check_basic(x, &has) &&
	     (user_has_role(buf_text(&has), roles) ||
		 exchange_forbidden(x, "Access is denied"));
	buf_free(&has);
	return ok;
}

bool
login_require_tenant(struct exchange *x, const char *roles)
{
	const char *tenant = u_map_get(x->request->map_url, "tenant");

	return login_require(x, roles) &&
	       ((tenant != NULL && strcmp(tenant, TOKEN_TENANT) == 0) ||
		   exchange_forbidden(x, "Access is denied"));
}

/* The id behind the name of a device's user. */
static bool
take_device(struct exchange *x)
{
	const char *name = buf_text(&x->user);
	size_t skip = sizeof DEVICE_USER - 1;

	if (strncmp(name, DEVICE_USER, skip) != 0)
		return exchange_unauthorized(x, "Not the user of a device");
	return buf_add(&x->device, name + skip, strlen(name + skip));
}

/* A token of ours, for a device that was not removed since. */
static bool
check_token(struct exchange *x, const char *token)
{
	bool known;

	token += strspn(token, " ");
	if (!token_check(&x->tenant->jwt, token, &x->device))
		return exchange_unauthorized(x, fault_text());
	if (!device_is_known(&x->tenant->store, buf_text(&x->device), &known))
		return false;
	return known || exchange_unauthorized(x, "No such device");
}

bool
login_require_device(struct exchange *x)
{
	static const char scheme[] = "Bearer ";
	const char *login = exchange_header(x, "Authorization");
	struct buf roles = { 0 };
	bool ok;

	if (login != NULL && strncasecmp(login, scheme, sizeof scheme - 1) == 0)
		return check_token(x, login + sizeof scheme - 1);
	ok = check_basic(x, &roles) && take_device(x);
	buf_free(&roles);
	return ok;
}

/* routes.c: which path is answered by what, on each of the server's ports.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>

#include "sandbox/api/access.h"
#include "sandbox/api/bulk.h"
#include "sandbox/api/credentials.h"
#include "sandbox/api/current.h"
#include "sandbox/api/est.h"
#include "sandbox/api/identity.h"
#include "sandbox/api/inventory.h"
#include "sandbox/api/proof.h"
#include "sandbox/api/request.h"
#include "sandbox/api/upload.h"
#include "sandbox/api/user.h"
#include "sandbox/routes.h"

#define REQUESTS "/devicecontrol/newDeviceRequests"
#define OBJECTS "/inventory/managedObjects"
#define USERS "/user/:tenant/users"
#define TRUSTED "/tenant/tenants/:tenant/trusted-certificates"

const struct route routes_https[] = {
	{ "POST", "/.well-known/est/simpleenroll", est_enrol },
	{ "POST", "/.well-known/est/simplereenroll", est_reenrol },

	{ "POST", REQUESTS, request_add },
	{ "GET", REQUESTS, request_list },
	{ "GET", REQUESTS "/:id", request_show },
	{ "PUT", REQUESTS "/:id", request_accept },
	{ "DELETE", REQUESTS "/:id", request_remove },
	{ "POST", "/devicecontrol/bulkNewDeviceRequests", bulk_add },
	{ "POST", "/devicecontrol/deviceCredentials", credentials_ask },

	{ "GET", OBJECTS, inventory_list },
	{ "GET", OBJECTS "/:id", inventory_show },
	{ "PUT", OBJECTS "/:id", inventory_change },
	{ "DELETE", OBJECTS "/:id", inventory_remove },
	{ "GET", OBJECTS "/:id/user", inventory_show_user },
	{ "PUT", OBJECTS "/:id/user", inventory_change_user },
	{ "GET", "/identity/externalIds/:type/:id", identity_show },
	{ "GET", "/identity/globalIds/:id/externalIds", identity_list },

	{ "GET", "/user/currentUser", user_current },
	{ "GET", USERS, users_list },
	{ "POST", USERS, users_add },
	{ "GET", USERS "/:name", users_show },
	{ "PUT", USERS "/:name", users_change },
	{ "DELETE", USERS "/:name", users_remove },
	{ "POST", USERS "/:name/roles", users_add_role },

	{ "GET", "/tenant/currentTenant", current_tenant },

	{ "GET", TRUSTED, upload_list },
	{ "POST", TRUSTED, upload_add },
	{ "GET", TRUSTED "/:fingerprint", upload_show },
	{ "PUT", TRUSTED "/:fingerprint", upload_change },
	{ "DELETE", TRUSTED "/:fingerprint", upload_remove },
	{ "POST", TRUSTED "-pop/:fingerprint/verification-code", proof_ask },
	{ "POST", TRUSTED "-pop/:fingerprint/pop", proof_take },
	{ NULL, NULL, NULL },
};

const struct route routes_mtls[] = {
	{ "POST", "/devicecontrol/deviceAccessToken", access_token },
	{ NULL, NULL, NULL },
};

/* routes.c: which path is answered by what, on each of the server's ports.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>

#include "sandbox/api/access.h"
#include "sandbox/api/audit.h"
#include "sandbox/api/bulk.h"
#include "sandbox/api/chain.h"
#include "sandbox/api/control.h"
#include "sandbox/api/credentials.h"
#include "sandbox/api/crl.h"
#include "sandbox/api/current.h"
#include "sandbox/api/est.h"
#include "sandbox/api/feature.h"
#include "sandbox/api/files.h"
#include "sandbox/api/identity.h"
#include "sandbox/api/inventory.h"
#include "sandbox/api/option.h"
#include "sandbox/api/overview.h"
#include "sandbox/api/proof.h"
#include "sandbox/api/qr.h"
#include "sandbox/api/request.h"
#include "sandbox/api/tenantca.h"
#include "sandbox/api/upload.h"
#include "sandbox/api/user.h"
#include "sandbox/est/operation.h"
#include "sandbox/routes.h"

#define FEATURES "/features"
#define OPTIONS "/tenant/options"
#define REQUESTS "/devicecontrol/newDeviceRequests"
#define OBJECTS "/inventory/managedObjects"
#define USERS "/user/:tenant/users"
#define SETTINGS "/tenant/trusted-certificates/settings"
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
	{ "POST", TRUSTED "/bulk", upload_add_all },
	{ "GET", TRUSTED "/:fingerprint", upload_show },
	{ "PUT", TRUSTED "/:fingerprint", upload_change },
	{ "DELETE", TRUSTED "/:fingerprint", upload_remove },
	{ "POST", TRUSTED "-pop/:fingerprint/verification-code", proof_ask },
	{ "POST", TRUSTED "-pop/:fingerprint/pop", proof_take },
	{ "POST", TRUSTED "-pop/:fingerprint/confirmed", proof_confirm },

	{ "GET", OPTIONS, option_list },
	{ "POST", OPTIONS, option_add },
	{ "GET", OPTIONS "/:category", option_show_category },
	{ "PUT", OPTIONS "/:category", option_change_category },
	{ "GET", OPTIONS "/:category/:key", option_show },
	{ "PUT", OPTIONS "/:category/:key", option_change },
	{ "DELETE", OPTIONS "/:category/:key", option_remove },
	{ "GET", "/tenant/system/options", option_list_system },
	{ "GET", "/tenant/system/options/:category/:key", option_show_system },

	{ "GET", SETTINGS "/crl", crl_show },
	{ "PUT", SETTINGS "/crl", crl_change },
	{ "POST", "/tenant/trusted-certificates/verify-cert-chain",
	    chain_verify },

	{ "POST", "/certificate-authority", tenantca_create },
	{ "POST", "/certificate-authority/renew", tenantca_renew },

	{ "GET", FEATURES, feature_list },
	{ "GET", FEATURES "/:key", feature_show },
	{ "GET", FEATURES "/:key/by-tenant", feature_show_tenants },
	{ "PUT", FEATURES "/:key/by-tenant", feature_change },
	{ "PUT", FEATURES "/:key/by-tenant/:tenant", feature_change },
	{ "DELETE", FEATURES "/:key/by-tenant", feature_reset },
	{ "DELETE", FEATURES "/:key/by-tenant/:tenant", feature_reset },

	{ "GET", "/audit/auditRecords", audit_list },
	{ "GET", "/audit/auditRecords/:id", audit_show },
	{ NULL, NULL, NULL },
};

const struct route routes_page[] = {
	/* without TLS there is no EST, whose passwords it protects */
	{ "*", "/.well-known/est/*", exchange_not_found },

	{ "GET", "/", files_show },
	{ "GET", "/apps/devicemanagement/index.html", files_show },
	{ "GET", "/:file", files_show },

	{ "GET", "/sandbox/log", control_log },
	{ "GET", "/sandbox/faults", control_faults },
	{ "PUT", "/sandbox/faults", control_set_fault },
	{ "GET", "/sandbox/settings", control_settings },
	{ "PUT", "/sandbox/settings", control_set },
	{ "GET", "/sandbox/qr", qr_show },
	{ "GET", "/sandbox/overview", overview_list },
	{ "GET", "/sandbox/overview/:id", overview_show },
	{ "GET", "/sandbox/revoked", overview_revoked },
	{ NULL, NULL, NULL },
};

const struct route routes_mtls[] = {
	{ "POST", "/devicecontrol/deviceAccessToken", access_token },
	{ NULL, NULL, NULL },
};

const struct route routes_est[] = {
	{ "*", "*", operation_any },
	{ NULL, NULL, NULL },
};

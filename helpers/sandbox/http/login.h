/* login.h: who asks, and may they?
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_LOGIN_H
#define SANDBOX_LOGIN_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* The roles that a call needs, one of each list (Cumulocity's OpenAPI). */
#define LOGIN_ANY ""
#define LOGIN_TRUST_ADMIN "ROLE_TENANT_ADMIN ROLE_TENANT_MANAGEMENT_ADMIN"
#define LOGIN_TRUST_READ LOGIN_TRUST_ADMIN " ROLE_TENANT_MANAGEMENT_READ"
#define LOGIN_MANAGEMENT "ROLE_TENANT_MANAGEMENT_ADMIN"
#define LOGIN_DEVICES_ADMIN "ROLE_DEVICE_CONTROL_ADMIN"
#define LOGIN_DEVICES_READ "ROLE_DEVICE_CONTROL_READ"
#define LOGIN_BOOTSTRAP "ROLE_DEVICE_BOOTSTRAP"
#define LOGIN_USERS_ADMIN "ROLE_USER_MANAGEMENT_ADMIN"
#define LOGIN_USERS_READ "ROLE_USER_MANAGEMENT_READ"
#define LOGIN_INVENTORY_ADMIN "ROLE_INVENTORY_ADMIN"
#define LOGIN_INVENTORY_READ "ROLE_INVENTORY_READ"
#define LOGIN_IDENTITY_READ "ROLE_IDENTITY_READ"
#define LOGIN_AUDIT_READ "ROLE_AUDIT_READ"
#define LOGIN_OPTIONS_ADMIN "ROLE_OPTION_MANAGEMENT_ADMIN"
#define LOGIN_OPTIONS_READ "ROLE_OPTION_MANAGEMENT_READ"

/* A user who has one of ROLES, in Basic authentication, with the tenant's id
 * and a slash before the name or without; x->user is the name then. Otherwise it
 * is refused: 401 for who is not known, 403 for who may not. */
bool login_require(struct exchange *x, const char *roles);

/* The same, and ":tenant" in the path must be this tenant. */
bool login_require_tenant(struct exchange *x, const char *roles);

/* A device: by a Bearer token of ours, or by Basic authentication as its device
 * user; x->device is its id then. Otherwise it is refused with 401. */
bool login_require_device(struct exchange *x);

#endif

/* rest.h: the REST calls around registration and tokens.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REST_H
#define SANDBOX_REST_H

#include <stdbool.h>

#include "exchange.h"

/* newDeviceRequests, for the operator: register, list, look at one (":id"),
 * and remove it. */
bool rest_register(struct exchange *exchange);
bool rest_list(struct exchange *exchange);
bool rest_show(struct exchange *exchange);
bool rest_remove(struct exchange *exchange);

/* Which tenant this is, for the operator. */
bool rest_tenant(struct exchange *exchange);

/* An access token for the device whose certificate the TLS session brought, if
 * the tenant admits it. */
bool rest_token(struct exchange *exchange);

#endif

/* routes.h: which path is answered by what, on each of the server's ports.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ROUTES_H
#define SANDBOX_ROUTES_H

#include "sandbox/http/exchange.h"

/* EST and REST, as on a tenant's port 443. */
extern const struct route routes_https[];

/* The web page and the calls that it alone makes; routes_https come with them,
 * but for EST. */
extern const struct route routes_page[];

/* What asks for a certificate, as on a tenant's port 8443. */
extern const struct route routes_mtls[];

/* A plain EST server, which a tenant does not have. */
extern const struct route routes_est[];

#endif

/* access.h: tokens for devices that show their certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ACCESS_H
#define SANDBOX_ACCESS_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* An access token for the device whose certificate the TLS session brought, if
 * the tenant admits it. */
bool access_token(struct exchange *exchange);

#endif

/* est.h: the tenant's EST endpoints (RFC 7030).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_EST_H
#define SANDBOX_EST_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* First certificate of a device, by Basic id:one-time-password. */
bool est_enrol(struct exchange *exchange);

/* The next one, by the Bearer token of the device. */
bool est_reenrol(struct exchange *exchange);

#endif

/* enrol.h: certificates for requests (RFC 7030, 4.2 and 4.4).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ENROL_H
#define SANDBOX_ENROL_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* simpleenroll, simplereenroll and serverkeygen. */
bool enrol_first(struct exchange *x);
bool enrol_next(struct exchange *x);
bool enrol_made(struct exchange *x);

#endif

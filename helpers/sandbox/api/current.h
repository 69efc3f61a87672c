/* current.h: what a caller may know of the tenant and of itself.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CURRENT_H
#define SANDBOX_CURRENT_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* Which tenant this is, for each of its users. */
bool current_tenant(struct exchange *exchange);

#endif

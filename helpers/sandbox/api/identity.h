/* identity.h: the REST calls of external ids.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_IDENTITY_H
#define SANDBOX_IDENTITY_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* Which managed object has the external id ":type" and ":id"; and which external
 * ids has the managed object ":id". */
bool identity_show(struct exchange *exchange);
bool identity_list(struct exchange *exchange);

#endif

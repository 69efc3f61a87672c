/* inventory.h: the REST calls of managed objects.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_INVENTORY_H
#define SANDBOX_INVENTORY_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* managedObjects: list them, look at one (":id"), change and remove it; and its
 * user: look at it, lock it out and let it in again. */
bool inventory_list(struct exchange *exchange);
bool inventory_show(struct exchange *exchange);
bool inventory_change(struct exchange *exchange);
bool inventory_remove(struct exchange *exchange);
bool inventory_show_user(struct exchange *exchange);
bool inventory_change_user(struct exchange *exchange);

#endif

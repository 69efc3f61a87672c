/* option.h: the REST calls around the tenant's options.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_API_OPTION_H
#define SANDBOX_API_OPTION_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* /tenant/options: all in pages, and a new one; "/:category": all of it as one flat
 * object; "/:category/:key": show, set and forget one. The sandbox's own settings
 * are not among them. */
bool option_list(struct exchange *x);
bool option_add(struct exchange *x);
bool option_show_category(struct exchange *x);
bool option_change_category(struct exchange *x);
bool option_show(struct exchange *x);
bool option_change(struct exchange *x);
bool option_remove(struct exchange *x);

/* /tenant/system/options: what the platform says of itself; and the one with
 * ":category" and ":key". */
bool option_list_system(struct exchange *x);
bool option_show_system(struct exchange *x);

#endif

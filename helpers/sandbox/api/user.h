/* user.h: the REST calls of users: people and devices.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_API_USER_H
#define SANDBOX_API_USER_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* Who asks, and what he may do. */
bool user_current(struct exchange *exchange);

/* users: list them, look at one (":name"), change and remove it; add a person,
 * and give a person one more role. */
bool users_list(struct exchange *exchange);
bool users_show(struct exchange *exchange);
bool users_change(struct exchange *exchange);
bool users_remove(struct exchange *exchange);
bool users_add(struct exchange *exchange);
bool users_add_role(struct exchange *exchange);

#endif

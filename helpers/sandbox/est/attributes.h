/* attributes.h: what the plain EST server wants to see in a request (RFC 7030,
 * 4.5.2).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ATTRIBUTES_H
#define SANDBOX_ATTRIBUTES_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* csrattrs: what the settings say, or 204 where that is nothing. */
bool attributes_answer(struct exchange *x);

#endif

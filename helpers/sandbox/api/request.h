/* request.h: the REST calls that register a device.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REQUEST_H
#define SANDBOX_REQUEST_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* newDeviceRequests: register a device, list them, look at one (":id"), accept
 * it, and remove it. */
bool request_add(struct exchange *exchange);
bool request_list(struct exchange *exchange);
bool request_show(struct exchange *exchange);
bool request_accept(struct exchange *exchange);
bool request_remove(struct exchange *exchange);

#endif

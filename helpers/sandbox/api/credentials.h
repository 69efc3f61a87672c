/* credentials.h: passwords for devices that ask for one.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CREDENTIALS_H
#define SANDBOX_CREDENTIALS_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* deviceCredentials: a device, with the login that all new devices share, asks
 * until an operator has accepted it. */
bool credentials_ask(struct exchange *exchange);

#endif

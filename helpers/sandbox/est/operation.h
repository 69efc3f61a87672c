/* operation.h: a plain EST server (RFC 7030): what is asked of it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_OPERATION_H
#define SANDBOX_OPERATION_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* /.well-known/est[/LABEL]/OPERATION, whatever the label; all else is 404. */
bool operation_any(struct exchange *x);

#endif

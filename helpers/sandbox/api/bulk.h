/* bulk.h: many devices at once.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_BULK_H
#define SANDBOX_BULK_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* bulkNewDeviceRequests: registers the devices of a CSV file, the part `file` of
 * multipart/form-data, and says what became of each. */
bool bulk_add(struct exchange *exchange);

#endif

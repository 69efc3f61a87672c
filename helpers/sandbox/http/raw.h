/* raw.h: answers that no HTTP library would send: byte by byte, past it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_RAW_H
#define SANDBOX_RAW_H

#include <stdbool.h>
#include <stddef.h>

#include "sandbox/http/exchange.h"

/* Sends LEN bytes over the exchange's TLS; nothing where it has none. The tenant's lock, which the caller
 * has, is free meanwhile. False, and no fault: the client has gone, or does not
 * read for a minute, or the server is about to stop. */
bool raw_send(struct exchange *exchange, const void *data, size_t len);

/* Ends the connection, behind all that was sent: what the library sends
 * afterwards gets nowhere. */
void raw_end(const struct exchange *exchange);

/* The same at once, by a reset (RST); what was sent may be lost. */
void raw_reset(const struct exchange *exchange);

#endif

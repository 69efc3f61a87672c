/* peer.h: a server's name and port.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PEER_H
#define CERTCYCLE_PEER_H

#include <stdbool.h>

#include "buf.h"

/* Splits TEXT: HOST, HOST:PORT, [IPv6] or [IPv6]:PORT; an IPv6 address without
 * brackets is a host. HOST, which is empty before, belongs to the caller; PORT
 * stays as it is where TEXT has none. EXIT_USAGE for all else. */
bool peer_parse(const char *text, struct buf *host, int *port);

/* Adds HOST:PORT, an IPv6 address in brackets. */
bool peer_print(const char *host, int port, struct buf *out);

/* Is HOST an IPv4 or IPv6 address, and no name? */
bool peer_is_address(const char *host);

/* Looks HOST up, and traces what its addresses are and how long that took. COUNT
 * receives how many there are. EXIT_NONET: it has none. */
bool peer_look_up(const char *host, int *count);

#endif

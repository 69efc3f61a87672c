/* peers.h: the certificates that a client has shown in the TLS handshake.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PEERS_H
#define SANDBOX_PEERS_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"
#include "x509.h"

/* What the client showed, its own first; none is an empty list. EXIT_DATA, and
 * nothing is answered: one cannot be read. CHAIN is freed by x509_free, in
 * either case. */
bool peers_read(const struct exchange *x, struct x509_list *chain);

#endif

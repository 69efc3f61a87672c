/* alert.h: why a TLS server closed the connection.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_ALERT_H
#define CERTCYCLE_ALERT_H

#include <stdbool.h>

#include "buf.h"
#include "key.h"

/* In TLS 1.3 a server judges the client's certificate when the handshake is
 * over. Its alert is lost to a client that is writing by then: the write fails,
 * and nobody reads any more. This connects to HOST and PORT with CERT, a
 * PEM file, and its KEY once more, says nothing, and listens: WORDS receives the alert,
 * and stays empty where none comes. The server itself is not verified: who asks
 * has done that, and it is told nothing but the certificate. False only where
 * memory is short. */
bool alert_ask(const char *host, int port, const char *cert,
    const struct key_place *key, struct buf *words);

#endif

/* tls.h: TLS for a library that takes OpenSSL's context, and reasons in words.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_TLS_H
#define CERTCYCLE_TLS_H

#include <stdbool.h>
#include <openssl/ssl.h>

#include "pair.h"

/* One connection to be; freed by tls_free. */
struct tls;

/* Prepares TLS 1.2 or later to HOST, a name or an IP address, which its
 * certificate must be for; whom to trust is in CA, a file or a directory; PAIR
 * is shown where the server asks, NULL: nothing is. WHERE, HOST:PORT, is
 * for traces. Nothing is copied: all must live as long as TLS. EXIT_DATA: no
 * anchor, or a pair that OpenSSL does not take; EXIT_LOCAL: memory, or a key's
 * token. */
bool tls_new(const char *host, const char *where, const char *ca,
    const struct pair *pair, struct tls **tls);

/* What the library is to use; it belongs to TLS. */
SSL_CTX *tls_context(const struct tls *tls);

/* The library connects from now on: for traces. */
void tls_begin(struct tls *tls);

/* The connection failed: was it for a reason that TLS knows? Then the latest
 * fault is that: EXIT_UNTRUSTED, the server's certificate; or what its alert
 * means (reason.h), mostly EXIT_REFUSED. In TLS 1.3 the server judges a
 * certificate when the handshake is over for the client, whose next write may
 * fail before anyone reads the alert: so this reads what is left on the line,
 * for three seconds at most. */
bool tls_knows_why(struct tls *tls);

/* It does not: the latest fault is what the library says of it in WORDS, "" if
 * nothing. EXIT_NONET: the line broke; EXIT_UNTRUSTED: all else. Always returns
 * false. */
bool tls_fault(const struct tls *tls, const char *words);

/* NULL is nothing to do. */
void tls_free(struct tls *tls);

#endif

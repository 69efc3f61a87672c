/* truststore.h: stores of trusted certificates (PKCS#12, RFC 7292).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_TRUSTSTORE_H
#define CERTCYCLE_TRUSTSTORE_H

#include <stdbool.h>

#include "buf.h"
#include "x509.h"

/* Adds to OUT, in DER, a store with the certificates of LIST, which whoever
 * reads it trusts: each has the mark that Java wants to see, and a name of its
 * own: NAME, NAME-2, NAME-3; or 1, 2, 3 where NAME is NULL. It is not encrypted,
 * as it holds nothing secret, but sealed with SHA-256 by PASSWORD. */
bool truststore_make(const struct x509_list *list, const char *name,
    const char *password, struct buf *out);

#endif

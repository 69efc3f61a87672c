/* pkcs12.h: keystores (PKCS#12, RFC 7292).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PKCS12_H
#define CERTCYCLE_PKCS12_H

#include <stdbool.h>
#include <gnutls/abstract.h>

#include "buf.h"
#include "x509.h"

/* Adds to OUT, in DER, a keystore with KEY, the certificates of CHAIN, whose
 * first is KEY's, and NAME for the pair, NULL: none. It is encrypted with
 * AES-256 and sealed with SHA-256 by PASSWORD. EXIT_DATA: KEY is on a token and
 * cannot leave it, or CHAIN has more than 32 certificates. */
bool pkcs12_make(gnutls_privkey_t key, const struct x509_list *chain,
    const char *name, const char *password, struct buf *out);

#endif

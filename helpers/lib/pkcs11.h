/* pkcs11.h: private keys on a token (PKCS#11): a smart card, a TPM, an HSM.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PKCS11_H
#define CERTCYCLE_PKCS11_H

#include <stdbool.h>
#include <gnutls/abstract.h>

#include "key.h"

/* Is NAME the URI of an object on a token (RFC 7512), and no file? */
bool pkcs11_is_uri(const char *name);

/* Finds the one private key that PLACE names, which key_unlock has made ready.
 * The modules are those of p11-kit, or the one that module-path names. A PIN
 * goes to one token only: EXIT_DATA where several match, or no key there, or
 * several; a warning each lists them. EXIT_LOCAL: the token is not there, or
 * does not take the PIN, which is tried once, and not at all where the token
 * would lock itself if it is wrong. KEY is freed by key_free. */
bool pkcs11_find(const struct key_place *place, gnutls_privkey_t *key);

/* Makes a key that never leaves the token, with the label ("object") that PLACE
 * names and its id, or one that GnuTLS makes up, and then finds it as above.
 * EXIT_DATA: PLACE names no label; EXIT_LOCAL: a key is there by that label or
 * by that id, or the token makes no such key. */
bool pkcs11_make(const struct key_place *place, const struct key_type *type,
    gnutls_privkey_t *key);

#endif

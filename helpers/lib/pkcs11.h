/* pkcs11.h: private keys on a token (PKCS#11): a smart card, a TPM, an HSM.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PKCS11_H
#define CERTCYCLE_PKCS11_H

#include <stdbool.h>
#include <gnutls/abstract.h>

#include "key.h"

/* Is NAME the URI of an object on a token (RFC 7512), and no file? */
bool pkcs11_is_uri(const char *name);

/* Finds the one private key that PLACE names. EXIT_DATA: none, or several,
 * which a warning each lists; EXIT_LOCAL: the token is not there, or does not
 * take the PIN, which is tried once, and not at all where the token would lock
 * itself if it is wrong. KEY is freed by key_free. */
bool pkcs11_find(const struct key_place *place, gnutls_privkey_t *key);

/* Makes a key that never leaves the token, with the label ("object") and the
 * id that PLACE names, and then finds it as above. EXIT_LOCAL: PLACE names no
 * label, one is there by that name, or the token can make no such key. */
bool pkcs11_make(const struct key_place *place, gnutls_pk_algorithm_t algorithm,
    unsigned bits, gnutls_privkey_t *key);

#endif

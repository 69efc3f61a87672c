/* slot.h: the token that a key is on (PKCS#11).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_SLOT_H
#define CERTCYCLE_SLOT_H

#include <stdbool.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include "key.h"

/* Reads the URI NAME; freed by p11_kit_uri_free, on failure too. */
bool slot_parse(const char *name, P11KitUri **uri);

/* Loads the module that URI, which NAME says, names by its path, and no other.
 * Where it names none, GnuTLS loads those that p11-kit knows when they are first
 * needed. EXIT_LOCAL: it cannot be loaded. */
bool slot_load(const char *name, P11KitUri *uri);

/* Finds the one token that PLACE means, and gets ready to log in there with its
 * PIN: once, and not at all where the token would lock itself if it is wrong.
 * URL is the token's own, freed by gnutls_free. EXIT_LOCAL: it is not there, or
 * takes no PIN; EXIT_DATA: several match, and a warning each lists them. */
bool slot_find(const struct key_place *place, char **url);

/* RC, what GnuTLS returned of the token of PLACE, in words: EXIT_LOCAL. Always
 * returns false. */
bool slot_fault(const struct key_place *place, int rc);

#endif

/* anchors.h: whom to trust, as OpenSSL wants it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_ANCHORS_H
#define CERTCYCLE_ANCHORS_H

#include <stdbool.h>
#include <openssl/x509_vfy.h>

/* Puts every certificate of CA into STORE: of a file, PEM or DER, or of all the
 * files in a directory, which needs no preparation; there, what holds no
 * certificate or cannot be read is passed over. Each is an anchor, a root or not,
 * as it is with GnuTLS. EXIT_DATA: there is none. */
bool anchors_load(const char *ca, X509_STORE *store);

#endif

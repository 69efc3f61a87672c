/* pkcs10.h: the encoding of a certificate request (RFC 2986).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PKCS10_H
#define CERTCYCLE_PKCS10_H

#include <stdbool.h>
#include <gnutls/abstract.h>

#include "buf.h"

/* GnuTLS neither tells the subject of a request as it is encoded, nor can it
 * set one: of several attributes in one part ("CN=a+O=b"), or of none. */

/* Adds the subject (a Name) of the request DER to SUBJECT, as it stands there.
 * EXIT_DATA: DER is no request. */
bool pkcs10_subject(const gnutls_datum_t *der, struct buf *subject);

/* Adds the request DER to OUT with SUBJECT in place of its own, signed anew
 * with KEY by ALGORITHM, which is that of DER. */
bool pkcs10_rename(const gnutls_datum_t *der, const struct buf *subject,
    gnutls_privkey_t key, gnutls_sign_algorithm_t algorithm, struct buf *out);

#endif

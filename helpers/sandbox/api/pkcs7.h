/* pkcs7.h: a certificate in the envelope in which EST delivers it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PKCS7_H
#define SANDBOX_PKCS7_H

#include <stdbool.h>
#include <gnutls/x509.h>

#include "buf.h"

/* Adds CRT, or where that is NULL none, to OUT as a certs-only message (RFC 7030, 4.2.3; RFC 5652, 5.1), as
 * a Cumulocity tenant writes it: BER with indefinite lengths, empty
 * signerInfos, then base64 in lines of 64 with a line feed between them and
 * none at the end. */
bool pkcs7_print(gnutls_x509_crt_t crt, struct buf *out);

#endif

/* body.h: the certificate request that a client of EST has sent.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_BODY_H
#define SANDBOX_BODY_H

#include <stdbool.h>
#include <gnutls/x509.h>

#include "sandbox/http/exchange.h"

#define BODY_MEDIA "application/pkcs10"

/* Is the media type of the body that of a certificate request? Parameters may
 * follow it. */
bool body_has_media(const struct exchange *x);

/* The request in the body: base64 of its DER, with blanks and line ends wherever
 * they are, or in PEM's armour. EXIT_DATA: it is none, or its own signature is
 * wrong; nothing is answered. CSR is freed by csr_free, and NULL then. */
bool body_read(const struct exchange *x, gnutls_x509_crq_t *csr);

#endif

/* keypair.h: keys that the plain EST server makes (RFC 7030, 4.4).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_KEYPAIR_H
#define SANDBOX_KEYPAIR_H

#include <stdbool.h>
#include <gnutls/x509.h>

#include "buf.h"
#include "sandbox/http/exchange.h"

/* Refuses with 400 what asks for its key to be encrypted. */
bool keypair_check(struct exchange *x, gnutls_x509_crq_t csr);

/* Makes a key of the kind that CSR's is, or P-256, and puts a request by it, with
 * CSR's names, in the place of CSR. PEM receives the key. */
bool keypair_make(gnutls_x509_crq_t *csr, struct buf *pem);

/* Answers with the key in PEM, and its certificate. */
bool keypair_answer(
    struct exchange *x, const struct buf *pem, gnutls_x509_crt_t crt);

#endif

/* binding.h: proof that who asks holds the key of the request (RFC 7030, 3.5).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_BINDING_H
#define SANDBOX_BINDING_H

#include <stdbool.h>
#include <gnutls/x509.h>

#include "sandbox/http/exchange.h"

/* Where the setting wants it: is the challengePassword of CSR the tls-unique of
 * this connection? Otherwise it is refused with 403. */
bool binding_check(struct exchange *x, gnutls_x509_crq_t csr);

#endif

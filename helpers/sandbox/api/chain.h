/* chain.h: would this tenant trust that chain?
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CHAIN_H
#define SANDBOX_CHAIN_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* /tenant/trusted-certificates/verify-cert-chain: of up to 10 certificates in the
 * field "file" of a form, or up to 5 in the header X-Cumulocity-Client-Cert-Chain;
 * the first is the one in question. */
bool chain_verify(struct exchange *x);

#endif

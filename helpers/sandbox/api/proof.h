/* proof.h: proof that who uploaded a certificate has its key.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PROOF_H
#define SANDBOX_PROOF_H

#include <stdbool.h>

#include "buf.h"
#include "sandbox/http/exchange.h"
#include "sandbox/state/trusted.h"

/* Gives CERT a code to be signed, for a day; it is in CODE, which is empty
 * before. */
bool proof_renew(struct trusted *cert, struct buf *code);

/* /tenant/tenants/:tenant/trusted-certificates-pop/:fingerprint/: a new code;
 * the code, signed; and without it, as those who run the platform may confirm it. */
bool proof_ask(struct exchange *exchange);
bool proof_take(struct exchange *exchange);
bool proof_confirm(struct exchange *exchange);

#endif

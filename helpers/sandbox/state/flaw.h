/* flaw.h: certificates that are not what was asked for.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FLAW_H
#define SANDBOX_FLAW_H

#include <stdbool.h>

#include "sandbox/state/faults.h"
#include "sign.h"

/* Changes the dates in RULES for FAULT_EXPIRED and FAULT_NOT_YET_VALID; all other
 * kinds leave them alone. */
void flaw_date(enum fault_kind kind, struct sign_rules *rules);

/* Puts another certificate in the place of CRT, which RULES made: for a key that
 * nobody has (FAULT_WRONG_KEY), or for the same key and another name
 * (FAULT_WRONG_CN). All other kinds leave it alone. */
bool flaw_apply(enum fault_kind kind, const struct sign_rules *rules,
    gnutls_x509_crt_t *crt);

#endif

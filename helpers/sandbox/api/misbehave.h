/* misbehave.h: EST requests that go wrong because somebody wants it so.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_MISBEHAVE_H
#define SANDBOX_MISBEHAVE_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"
#include "sandbox/state/faults.h"

/* Finds out what shall happen to this request, and notes it for the log. Who
 * asks is who it says it is: it is not checked yet. */
bool misbehave_draw(struct exchange *exchange, struct fault_taken *taken);

/* Does what can be done without a look at the request, so that a test sees it
 * with the first one, whatever that holds. True: it is answered; false: it is to
 * be served, or nothing is answered and that is a fault. */
bool misbehave_first(
    struct exchange *exchange, const struct fault_taken *taken);

/* Delivers BODY, a certificate in the form that answer.h says, as TAKEN has it;
 * as it should be where TAKEN is about something else. */
bool misbehave_deliver(struct exchange *exchange,
    const struct fault_taken *taken, const struct buf *body);

#endif

/* misbehave.h: the wrong answers that need no certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_MISBEHAVE_H
#define SANDBOX_MISBEHAVE_H

#include <stdbool.h>

#include "sandbox/state/faults.h"
#include "sandbox/http/exchange.h"

/* Answers as KIND demands. False, and nothing is answered, where KIND is none
 * of those that can be answered without a look at the request. */
bool misbehave(struct exchange *exchange, enum fault_kind kind);

#endif

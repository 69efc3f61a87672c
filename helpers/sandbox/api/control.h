/* control.h: the sandbox's own side, for its web page: log, faults, settings.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CONTROL_H
#define SANDBOX_CONTROL_H

#include "sandbox/http/exchange.h"

/* GET /sandbox/log?after=N&device=ID: what came in since the entry N, at most the
 * last 500. */
bool control_log(struct exchange *x);

/* GET /sandbox/faults: the kinds that there are, and what is set. */
bool control_faults(struct exchange *x);

/* PUT /sandbox/faults {"kind", "device", "count", "seconds"}: a count of 0 is none
 * any more; device and seconds may be left out. */
bool control_set_fault(struct exchange *x);

/* DELETE /sandbox/faults: none of them any more. */
bool control_clear_faults(struct exchange *x);

/* GET /sandbox/settings: each with its values. */
bool control_settings(struct exchange *x);

/* PUT /sandbox/settings {"name", "value"}. */
bool control_set(struct exchange *x);

#endif

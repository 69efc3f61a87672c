/* metrics.h: how profiles are, for machines.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_METRICS_H
#define CERTCYCLE_METRICS_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "status.h"

/* Adds COUNT of STATUS to OUT in the text format of Prometheus. */
bool metrics_print(const struct status *status, size_t count, struct buf *out);

/* The same as one JSON object; tick-status(1) lists its members, which stay. */
bool metrics_json(const struct status *status, size_t count, struct buf *out);

#endif

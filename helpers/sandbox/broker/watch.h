/* watch.h: what changes in the tenant ends sessions.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_WATCH_H
#define SANDBOX_WATCH_H

#include "sandbox/broker/broker.h"

/* Takes what is there now for what has been seen. */
bool watch_start(struct broker *broker);

/* Looks now and then whether devices, trust or what is revoked has changed, and
 * then ends the sessions of those who would no longer get in: a slice of them at
 * a time, so that the others are served. */
void watch_tick(struct broker *broker);

#endif

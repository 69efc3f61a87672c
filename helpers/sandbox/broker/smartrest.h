/* smartrest.h: what devices say and hear: topics, and the static templates of
 * SmartREST 2.0.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SMARTREST_H
#define SANDBOX_SMARTREST_H

#include <stdbool.h>
#include <stddef.h>

#include "sandbox/broker/broker.h"

/* May a device do what ACCESS says, MOSQ_ACL_..., with TOPIC? */
bool smartrest_may(int access, const char *topic);

/* The topic that the tenant speaks on, SESSION_TOPICS where it never does. */
enum session_topic smartrest_topic(const char *topic);

/* Does what the LEN bytes of PAYLOAD that SESSION published on TOPIC ask for. */
void smartrest_take(struct broker *broker, struct session *session,
    const char *topic, const char *payload, size_t len);

/* Sends the tokens that were to be sent later, and now. */
void smartrest_tick(struct broker *broker);

#endif

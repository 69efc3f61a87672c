/* broker.h: all that the plugin holds while the broker runs. Mosquitto has one
 * thread, so that nothing here may wait for long.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_BROKER_H
#define SANDBOX_BROKER_H

#include <stdint.h>
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

#include "sandbox/broker/handshake.h"
#include "sandbox/broker/note.h"
#include "sandbox/broker/session.h"
#include "sandbox/state/store.h"
#include "sandbox/state/token.h"

/* What of the tenant's state was seen last, and how far the sessions have been
 * judged by it. */
struct watch {
	int64_t version; /* of the database */
	int64_t trust; /* how often whom it trusts had changed */
	int64_t device; /* the same of its devices */
	int64_t next; /* when to look again, in milliseconds */
	unsigned at; /* the bucket of sessions to judge next */
	unsigned left; /* and how many there are to do */
	bool chains; /* their chains too */
};

struct broker {
	mosquitto_plugin_id_t *plugin;
	struct store store;
	struct token_key jwt;
	struct handshake handshake;
	struct sessions sessions;
	struct notes notes;
	struct watch watch;
	unsigned late; /* how many tokens are to be sent later */
};

/* Milliseconds of a clock that nobody sets. */
int64_t broker_clock(void);

#endif

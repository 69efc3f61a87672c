/* admit.h: who may connect, and who may stay.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ADMIT_H
#define SANDBOX_ADMIT_H

#include <stdbool.h>

#include "sandbox/broker/broker.h"

/* the codes of CONNACK (MQTT 3.1.1, 3.2.2.3) */
enum connack {
	CONNACK_YES = 0,
	CONNACK_VERSION = 1,
	CONNACK_UNAVAILABLE = 3,
	CONNACK_PASSWORD = 4,
	CONNACK_NOT_AUTHORIZED = 5,
	CONNACK_NONE = 256 /* the connection is closed without one */
};

/* Who wants in. */
struct visitor {
	const struct mosquitto *client;
	const char
	    *id; /* the device it says it is; NULL: no client id of one */
	X509 *crt; /* NULL: it has shown none */
	const char *user; /* NULL as well */
	const char *password;
};

struct verdict {
	enum connack code;
	const char *why; /* NULL: it may */
};

/* May VISITOR connect, by what the tenant knows now? A device that a trusted
 * certificate registers is registered thereby. */
struct verdict admit_judge(
    struct broker *broker, const struct visitor *visitor);

/* Why SESSION may not stay, or NULL. CHAINS: its chain is looked at too. What
 * cannot be found out ends no session. */
const char *admit_again(
    struct broker *broker, const struct session *session, bool chains);

#endif

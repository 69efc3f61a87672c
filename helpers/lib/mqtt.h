/* mqtt.h: one MQTT session over TLS, with a client certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_MQTT_H
#define CERTCYCLE_MQTT_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "key.h"

/* Whom to connect to, as whom. Nothing is owned. */
struct mqtt_target {
	const char *host; /* its name is what the server must prove */
	int port;
	const char *client_id;
	const char *ca; /* file, or directory as openssl rehash leaves it */
	const char *cert; /* a PEM file */
	struct key_place key;
};

struct mqtt_session;

/* Connects and waits for the broker's CONNACK; a clean session, MQTT 3.1.1.
 * Waits without limit: see deadline.h. EXIT_NONET: no connection;
 * EXIT_UNTRUSTED: the broker's certificate; EXIT_REFUSED: the broker does not
 * want this client; EXIT_LATER: it is not available now; EXIT_DATA: a file of
 * ours. SESSION is freed by mqtt_close. */
bool mqtt_connect(
    const struct mqtt_target *target, struct mqtt_session **session);

/* Subscribes to ANSWERS, publishes an empty message on QUESTION (both QoS 0),
 * and waits SECONDS for one answer. EXIT_NONET: none came; EXIT_REFUSED: the
 * broker did not grant the subscription. */
bool mqtt_ask(struct mqtt_session *session, const char *question,
    const char *answers, int64_t seconds, struct buf *answer);

/* Says goodbye and frees; NULL is nothing to do. */
void mqtt_close(struct mqtt_session *session);

#endif

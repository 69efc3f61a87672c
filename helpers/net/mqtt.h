/* mqtt.h: one MQTT session (3.1.1), over TLS or in the clear.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_MQTT_H
#define CERTCYCLE_MQTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pair.h"

/* Whom to connect to, as whom. Nothing is owned. */
struct mqtt_target {
	const char *host; /* its name or address is what it must prove */
	int port;
	const char *client_id;
	const char *ca; /* file or directory; NULL: no TLS */
	const struct pair *pair; /* NULL: no certificate is shown */
	const char *user; /* NULL: none */
	const char *password; /* NULL: none */
	int64_t seconds; /* until the CONNACK; 0: no limit */
};

struct mqtt_session;

/* Connects and waits for the broker's CONNACK; a clean session, MQTT 3.1.1. All
 * addresses of a name are tried. Other time limits than the target's: deadline.h.
 * EXIT_NONET: no connection; EXIT_UNTRUSTED: the broker's certificate, or what
 * it speaks is no MQTT; EXIT_REFUSED: the broker does not want this client;
 * EXIT_LATER: it is not available now; EXIT_DATA: a file of ours, or the client
 * id; EXIT_LOCAL: a key's token. SESSION is freed by mqtt_close. */
bool mqtt_connect(
    const struct mqtt_target *target, struct mqtt_session **session);

/* Are these topics that one can publish on, or subscribe to? EXIT_USAGE. */
bool mqtt_topic_ok(const char *topic);
bool mqtt_filter_ok(const char *filter);

/* Subscribes to FILTER with QoS 0 and waits for the broker's word on it (SUBACK).
 * EXIT_REFUSED: it does not grant it. */
bool mqtt_subscribe(struct mqtt_session *session, const char *filter);

/* Publishes an empty message on TOPIC with QoS 1, and waits until the broker has
 * it (PUBACK). In MQTT 3.1.1 a broker has no word for "you may not": it
 * acknowledges and drops the message, or closes the connection (3.3.5-2), which
 * is EXIT_REFUSED here. */
bool mqtt_publish(struct mqtt_session *session, const char *topic);

/* A question, and where the answer comes. All QoS 0. */
struct mqtt_question {
	const char *topic; /* an empty message here is the question */
	const char *answers; /* subscribed to before; must be granted */
	const char *errors; /* the same, but may be denied; NULL: none */
	int64_t seconds; /* for all of it */
	/* Hears each message of LEN bytes that comes; true: it was what was waited
	 * for. What a broker kept from before (retain) does not come here. */
	bool (*hear)(void *to, const char *topic, const void *text, size_t len);
	void *to;
};

/* Subscribes, asks, and waits until HEAR is content. What comes before the
 * question is the answer to somebody else's, and not heard. EXIT_NONET: time
 * ran out; EXIT_REFUSED: the subscription is not granted. */
bool mqtt_ask(
    struct mqtt_session *session, const struct mqtt_question *question);

/* Says goodbye and frees; NULL is nothing to do. */
void mqtt_close(struct mqtt_session *session);

#endif

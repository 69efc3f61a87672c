/* mqttsession.h: what mqtt.c and mqttuse.c both know of a session.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_MQTTSESSION_H
#define CERTCYCLE_MQTTSESSION_H

#include <stdbool.h>
#include <mosquitto.h>

#include "buf.h"
#include "mqtt.h"
#include "tls.h"

/* how long libmosquitto works at a time */
enum { MQTT_TICK_MS = 100 };

struct mqtt_session {
	struct mosquitto *mosq;
	struct tls *tls; /* NULL: none */
	struct buf where; /* HOST:PORT, for messages */
	struct buf words; /* the latest error that libmosquitto told */
	int connack; /* -1 until it came */
	bool acked; /* the SUBACK or PUBACK that is waited for came */
	int awaited; /* for the packet of this id */
	bool granted;
	const struct mqtt_question *question; /* NULL: none is asked */
	bool answered;
};

/* What RC, not MOSQ_ERR_SUCCESS, of a libmosquitto function means for the
 * connection. Always returns false. */
bool mqtt_fault(const struct mqtt_session *session, int rc);

#endif

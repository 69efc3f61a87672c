/* smartrest.c: what devices say and hear.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fault.h"
#include "sandbox/broker/row.h"
#include "sandbox/broker/smartrest.h"
#include "sandbox/state/device.h"
#include "sandbox/state/faults.h"
#include "text.h"

/* What a device may do, and where. A topic that ends in a slash stands for all
 * below it. */
static const struct right {
	int access;
	const char *topic;
} rights[] = {
	{ MOSQ_ACL_WRITE, "s/uat" },
	{ MOSQ_ACL_WRITE, "s/us" },
	{ MOSQ_ACL_WRITE, "s/us/" },
	{ MOSQ_ACL_WRITE, "t/us" },
	{ MOSQ_ACL_WRITE, "t/us/" },
	{ MOSQ_ACL_WRITE, "q/us" },
	{ MOSQ_ACL_WRITE, "q/us/" },
	{ MOSQ_ACL_WRITE, "c/us" },
	{ MOSQ_ACL_WRITE, "c/us/" },
	{ MOSQ_ACL_WRITE, "s/uc/" },
	{ MOSQ_ACL_WRITE, "t/uc/" },
	{ MOSQ_ACL_WRITE, "q/uc/" },
	{ MOSQ_ACL_WRITE, "c/uc/" },
	{ MOSQ_ACL_WRITE, "measurement/measurements/" },
	{ MOSQ_ACL_WRITE, "event/events/" },
	{ MOSQ_ACL_WRITE, "alarm/alarms/" },
	{ MOSQ_ACL_WRITE, "inventory/managedObjects/" },
	{ MOSQ_ACL_SUBSCRIBE | MOSQ_ACL_READ, "s/dat" },
	{ MOSQ_ACL_SUBSCRIBE | MOSQ_ACL_READ, "s/ds" },
	{ MOSQ_ACL_SUBSCRIBE | MOSQ_ACL_READ, "s/dt" },
	{ MOSQ_ACL_SUBSCRIBE | MOSQ_ACL_READ, "s/e" },
	{ MOSQ_ACL_SUBSCRIBE | MOSQ_ACL_READ, "s/dc/" },
	{ MOSQ_ACL_SUBSCRIBE | MOSQ_ACL_READ, "error" },
	{ MOSQ_ACL_SUBSCRIBE | MOSQ_ACL_READ, "devicecontrol/notifications" },
};

static const char *const topics[] = {
	[SESSION_DAT] = "s/dat",
	[SESSION_DS] = "s/ds",
	[SESSION_E] = "s/e",
};

/* What a device may publish on s/us. */
static const short templates[] = { 100, 101, 102, 104, 105, 107, 110, 111, 112,
	113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 125, 140, 141,
	142, 143, 200, 201, 210, 211, 212, 301, 302, 303, 304, 305, 306, 307,
	400, 401, 402, 407, 500, 501, 502, 503, 504, 505, 506, 507 };

bool
smartrest_may(int access, const char *topic)
{
	for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++) {
		size_t len = strlen(rights[i].topic);
		bool below = rights[i].topic[len - 1] == '/';

		if ((rights[i].access & access) != 0 &&
		    strncmp(rights[i].topic, topic, len) == 0 &&
		    (topic[len] == '\0') != below)
			return true;
	}
	return false;
}

enum session_topic
smartrest_topic(const char *topic)
{
	int at = 0;

	while (at < SESSION_TOPICS && strcmp(topics[at], topic) != 0)
		at++;
	return (enum session_topic)at;
}

/* Sends TEXT to SESSION alone, if it has subscribed to the topic. */
static bool
say(const struct session *session, enum session_topic topic,
    const struct buf *text)
{
	if (session->granted[topic] == 0)
		return true;
	return mosquitto_broker_publish_copy(session->client_id, topics[topic],
		   (int)text->len, text->data, session->granted[topic] - 1,
		   false, NULL) == MOSQ_ERR_SUCCESS ||
	       fault_memory();
}

/* Says on s/e that what came on TOPIC is wrong: CODE, the id of its template,
 * and WORDS. */
static void
complain(struct broker *broker, struct session *session, const char *topic,
    int code, const char *template, const char *words)
{
	struct buf text = { 0 };

	if (buf_print(&text, "%d,%s,%s", code, template, words)) {
		say(session, SESSION_E, &text);
		note_add(&broker->notes, "PUBLISH", topic, session->id, code,
		    buf_text(&text));
	}
	buf_free(&text);
}

static bool
send_token(struct broker *broker, const struct session *session)
{
	struct buf text = { 0 };
	bool known;
	bool ok;

	/* it may have been removed a moment ago */
	ok = device_is_known(&broker->store, session->id, &known) && known &&
	     buf_print(&text, "71,") &&
	     token_make(&broker->jwt, &broker->store, session->id, time(NULL),
		 &text) &&
	     say(session, SESSION_DAT, &text);
	buf_free(&text);
	return ok;
}

/* Is a token to be given now? It may be that somebody has ordered otherwise. */
static bool
take_fault(struct broker *broker, struct session *session)
{
	struct fault_taken taken;

	/* who asks again while one is late has to wait for that, too */
	if (session->token_at != 0)
		return false;
	if (!faults_take_token(&broker->store, session->id, &taken) ||
	    taken.kind == FAULT_NONE)
		return true;
	note_add(&broker->notes, "PUBLISH", "s/uat", session->id, 0,
	    faults_row(taken.kind)->name);
	if (taken.kind == FAULT_TOKEN_LATE) {
		session->token_at = broker_clock() + taken.seconds * 1000;
		broker->late++;
	}
	return false;
}

static void
take_token_request(struct broker *broker, struct session *session)
{
	if (session->crt == NULL) {
		complain(broker, session, "s/uat", 41, "",
		    "MqttAuth: Cannot publish token for device that do not use "
		    "certificate authentication");
		return;
	}
	if (!take_fault(broker, session))
		return;
	if (send_token(broker, session)) {
		note_add(&broker->notes, "PUBLISH", "s/uat", session->id, 0,
		    session->granted[SESSION_DAT] > 0
			? NULL
			: "not subscribed to s/dat");
		return;
	}
	mosquitto_log_printf(MOSQ_LOG_WARNING,
	    "sandbox: %s: asked for a token, and gets none", session->id);
	note_add(&broker->notes, "PUBLISH", "s/uat", session->id, MOSQ_ERR_AUTH,
	    "no token");
}

/* 100,NAME,TYPE. */
static void
create_device(struct broker *broker, struct session *session, const char *topic,
    struct row_reader *row)
{
	struct buf name = { 0 };
	struct buf type = { 0 };
	bool created;

	row_field(row, &name);
	row_field(row, &type);
	if (name.len == 0)
		buf_print(&name, "MQTT Device %s", session->id);
	if (type.len == 0)
		buf_print(&type, "c8y_MQTTDevice");
	if (!text_is_clean(buf_text(&name), name.len) ||
	    !text_is_clean(buf_text(&type), type.len))
		complain(broker, session, topic, 50, "100",
		    "Error on device creation, message: not UTF-8");
	else if (!device_create(&broker->store, session->id, buf_text(&name),
		     buf_text(&type), &created))
		complain(broker, session, topic, 50, "100",
		    "Error on device creation, message: try again");
	else if (!created)
		complain(broker, session, topic, 41, "100",
		    "Device already existing");
	else
		note_add(
		    &broker->notes, "PUBLISH", topic, session->id, 0, "100");
	buf_free(&name);
	buf_free(&type);
}

static bool
is_template(const char *text)
{
	char *end;
	long id = strtol(text, &end, 10);

	if (*text < '1' || *text > '9' || *end != '\0')
		return false;
	for (size_t i = 0; i < sizeof templates / sizeof templates[0]; i++)
		if (templates[i] == id)
			return true;
	return false;
}

/* What devices report is taken, and kept nowhere. */
static void
take_rows(struct broker *broker, struct session *session, const char *topic,
    struct row_reader *row)
{
	struct buf id = { 0 };
	struct buf shown = { 0 };

	do {
		shown.len = 0;
		if (!row_field(row, &id))
			continue;
		if (!is_template(buf_text(&id))) {
			text_escape(buf_text(&id), id.len, &shown);
			complain(broker, session, topic, 40, buf_text(&shown),
			    "No static template for this message id");
		} else if (strcmp(buf_text(&id), "100") == 0 &&
			   strchr(topic, '/')[3] == '\0')
			create_device(broker, session, topic, row);
	} while (row_next(row));
	buf_free(&id);
	buf_free(&shown);
}

void
smartrest_take(struct broker *broker, struct session *session,
    const char *topic, const char *payload, size_t len)
{
	struct row_reader row = { payload, payload + len };

	if (strcmp(topic, "s/uat") == 0)
		take_token_request(broker, session);
	else if (len > 0 && strncmp(topic + 1, "/us", 3) == 0)
		take_rows(broker, session, topic, &row);
}

/* Sends SESSION its token where that is due. LEFT: how many are not. */
static void
send_late(struct broker *broker, struct session *session, unsigned *left)
{
	if (session->token_at == 0)
		return;
	if (session->token_at > broker_clock()) {
		++*left;
		return;
	}
	session->token_at = 0;
	if (!send_token(broker, session))
		mosquitto_log_printf(MOSQ_LOG_WARNING,
		    "sandbox: %s: a late token that is none", session->id);
}

void
smartrest_tick(struct broker *broker)
{
	unsigned left = 0;

	if (broker->late == 0)
		return;
	for (unsigned i = 0; i < SESSION_BUCKETS; i++)
		for (struct session *session = broker->sessions.bucket[i];
		     session != NULL; session = session->next)
			send_late(broker, session, &left);
	broker->late = left;
}

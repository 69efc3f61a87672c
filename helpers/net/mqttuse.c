/* mqttuse.c: what one does in an MQTT session.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "exit.h"
#include "fault.h"
#include "msg.h"
#include "mqtt.h"
#include "mqttsession.h"
#include "span.h"

/* Lets libmosquitto work until *DONE, or until END (clock_ms; 0: no limit). */
static bool
work(struct mqtt_session *session, const bool *done, int64_t end)
{
	while (!*done) {
		int rc = mosquitto_loop(session->mosq, MQTT_TICK_MS, 1);

		if (rc != MOSQ_ERR_SUCCESS && !*done)
			return mqtt_fault(session, rc);
		if (end > 0 && clock_ms() >= end)
			return true;
	}
	return true;
}

bool
mqtt_topic_ok(const char *topic)
{
	return mosquitto_pub_topic_check(topic) == MOSQ_ERR_SUCCESS ||
	       fault(EXIT_USAGE, "%s: not a topic to publish on", topic);
}

bool
mqtt_filter_ok(const char *filter)
{
	return mosquitto_sub_topic_check(filter) == MOSQ_ERR_SUCCESS ||
	       fault(EXIT_USAGE, "%s: not a topic to subscribe to", filter);
}

/* Subscribes, and waits for the SUBACK until END (0: no limit). */
static bool
subscribe(struct mqtt_session *session, const char *filter, int64_t end)
{
	int rc;

	session->acked = false;
	rc = mosquitto_subscribe(session->mosq, &session->awaited, filter, 0);
	if (rc != MOSQ_ERR_SUCCESS)
		return mqtt_fault(session, rc);
	if (!work(session, &session->acked, end))
		return false;
	if (!session->acked)
		return fault(EXIT_NONET,
		    "%s: %s: no answer to the subscription",
		    buf_text(&session->where), filter);
	return session->granted ||
	       fault(EXIT_REFUSED,
		   "%s: %s: the broker does not grant this subscription",
		   buf_text(&session->where), filter);
}

bool
mqtt_subscribe(struct mqtt_session *session, const char *filter)
{
	int64_t began = clock_ms();

	if (!subscribe(session, filter, 0))
		return false;
	msg_trace("%s: %s: granted in %lld ms", buf_text(&session->where),
	    filter, (long long)(clock_ms() - began));
	return true;
}

bool
mqtt_publish(struct mqtt_session *session, const char *topic)
{
	int64_t began = clock_ms();
	int rc;

	session->acked = false;
	rc = mosquitto_publish(
	    session->mosq, &session->awaited, topic, 0, NULL, 1, false);
	while (rc == MOSQ_ERR_SUCCESS && !session->acked)
		rc = mosquitto_loop(session->mosq, MQTT_TICK_MS, 1);
	if (rc == MOSQ_ERR_CONN_LOST && !session->acked)
		return fault(EXIT_REFUSED,
		    "%s: %s: the broker closed the connection instead of "
		    "taking the message: this client may not publish there",
		    buf_text(&session->where), topic);
	if (!session->acked)
		return mqtt_fault(session, rc);
	msg_trace("%s: %s: taken in %lld ms", buf_text(&session->where), topic,
	    (long long)(clock_ms() - began));
	return true;
}

bool
mqtt_ask(struct mqtt_session *session, const struct mqtt_question *question)
{
	int64_t end = clock_ms() + question->seconds * 1000;
	int rc = MOSQ_ERR_SUCCESS;
	bool ok;

	if (!subscribe(session, question->answers, end))
		return false;
	/* the broker takes things in order: no need to wait for this one */
	if (question->errors != NULL)
		rc = mosquitto_subscribe(
		    session->mosq, NULL, question->errors, 0);
	session->answered = false;
	session->question = question;
	if (rc == MOSQ_ERR_SUCCESS)
		rc = mosquitto_publish(
		    session->mosq, NULL, question->topic, 0, NULL, 0, false);
	ok = rc == MOSQ_ERR_SUCCESS ? work(session, &session->answered, end)
				    : mqtt_fault(session, rc);
	session->question = NULL;
	if (ok && !session->answered)
		return fault(EXIT_NONET, "%s: %s: no answer within %lld s",
		    buf_text(&session->where), question->answers,
		    (long long)question->seconds);
	return ok;
}

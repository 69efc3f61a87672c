/* mqtt.c: one MQTT session (3.1.1), over TLS or in the clear.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "deadline.h"
#include "exit.h"
#include "fault.h"
#include "msg.h"
#include "mqtt.h"
#include "mqttsession.h"
#include "peer.h"
#include "reason.h"
#include "span.h"
#include "tls.h"

/* How long one address of several may take: after three SYNs without an answer
 * it is the next one's turn. */
enum { KEEPALIVE = 60, ADDRESS_SECONDS = 5 };

static void
on_connect(struct mosquitto *mosq, void *to, int code)
{
	struct mqtt_session *session = to;

	(void)mosq;
	session->connack = code;
}

static void
on_subscribe(
    struct mosquitto *mosq, void *to, int id, int count, const int *granted)
{
	struct mqtt_session *session = to;

	(void)mosq;
	if (id != session->awaited)
		return;
	session->acked = true;
	session->granted = count == 1 && granted[0] < 0x80;
}

static void
on_publish(struct mosquitto *mosq, void *to, int id)
{
	struct mqtt_session *session = to;

	(void)mosq;
	if (id == session->awaited)
		session->acked = true;
}

static void
on_message(
    struct mosquitto *mosq, void *to, const struct mosquitto_message *message)
{
	struct mqtt_session *session = to;
	const struct mqtt_question *question = session->question;

	(void)mosq;
	if (question == NULL || session->answered)
		return;
	if (message->retain) {
		msg_trace("%s: %s: a message kept from before is passed over",
		    buf_text(&session->where), message->topic);
		return;
	}
	session->answered = question->hear(question->to, message->topic,
	    message->payload, (size_t)message->payloadlen);
}

/* Payloads are not in what libmosquitto tells: no token gets here. */
static void
on_log(struct mosquitto *mosq, void *to, int level, const char *text)
{
	struct mqtt_session *session = to;

	(void)mosq;
	msg_trace("%s: %s", buf_text(&session->where), text);
	if (level != MOSQ_LOG_ERR)
		return;
	buf_free(&session->words);
	(void)buf_print(&session->words, "%s", text);
}

bool
mqtt_fault(const struct mqtt_session *session, int rc)
{
	const char *words = mosquitto_strerror(rc);
	int error = errno;

	if (rc == MOSQ_ERR_NOMEM)
		return fault_memory();
	if (session->tls != NULL && tls_knows_why(session->tls))
		return false;
	if (rc == MOSQ_ERR_TLS ||
	    (session->tls != NULL && session->words.len > 0 &&
		(rc == MOSQ_ERR_ERRNO || rc == MOSQ_ERR_CONN_LOST)))
		return tls_fault(session->tls, buf_text(&session->words));
	switch (rc) {
	case MOSQ_ERR_ERRNO:
		words = strerror(error);
		break;
	case MOSQ_ERR_CONN_LOST:
	case MOSQ_ERR_CONN_REFUSED:
		words = "the broker closed the connection";
		break;
	case MOSQ_ERR_PROTOCOL:
	case MOSQ_ERR_MALFORMED_PACKET:
	case MOSQ_ERR_MALFORMED_UTF8:
	case MOSQ_ERR_PAYLOAD_SIZE:
		return fault(EXIT_UNTRUSTED,
		    "%s: what it says is not MQTT 3.1.1: %s",
		    buf_text(&session->where), words);
	default:
		break;
	}
	return fault(EXIT_NONET, "%s: %s", buf_text(&session->where), words);
}

static bool
await_connack(struct mqtt_session *session, int64_t seconds)
{
	int64_t began = clock_ms();
	struct reason why;
	int rc = MOSQ_ERR_SUCCESS;

	while (session->connack < 0 && rc == MOSQ_ERR_SUCCESS) {
		if (seconds > 0 && clock_ms() >= began + seconds * 1000)
			return fault(EXIT_NONET,
			    "%s: no answer to the connection within %lld s",
			    buf_text(&session->where), (long long)seconds);
		rc = mosquitto_loop(session->mosq, MQTT_TICK_MS, 1);
	}
	if (session->connack < 0)
		return mqtt_fault(session, rc);
	msg_trace("%s: CONNACK %d in %lld ms", buf_text(&session->where),
	    session->connack, (long long)(clock_ms() - began));
	if (session->connack == 0)
		return true;
	why = reason_connack(session->connack);
	return fault(why.code, "%s: CONNACK %d: %s", buf_text(&session->where),
	    session->connack, why.words);
}

/* Who one is, and TLS. */
static bool
set_identity(struct mqtt_session *session, const struct mqtt_target *target)
{
	int rc = MOSQ_ERR_SUCCESS;

	if (target->user != NULL)
		rc = mosquitto_username_pw_set(
		    session->mosq, target->user, target->password);
	if (rc != MOSQ_ERR_SUCCESS)
		return fault(EXIT_DATA, "user name: %s: %s", target->user,
		    mosquitto_strerror(rc));
	/* CONNECT is small, and behind the handshake: it shall not wait */
	mosquitto_int_option(session->mosq, MOSQ_OPT_TCP_NODELAY, 1);
	if (target->ca == NULL)
		return true;
	if (!tls_new(target->host, buf_text(&session->where), target->ca,
		target->pair, &session->tls))
		return false;
	if (mosquitto_int_option(session->mosq, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS,
		0) != MOSQ_ERR_SUCCESS ||
	    mosquitto_void_option(session->mosq, MOSQ_OPT_SSL_CTX,
		tls_context(session->tls)) != MOSQ_ERR_SUCCESS)
		return fault(EXIT_LOCAL, "libmosquitto: built without TLS");
	return true;
}

/* A session that is not connected yet. */
static bool
prepare(struct mqtt_session *session, const struct mqtt_target *target)
{
	session->connack = -1;
	mosquitto_lib_init();
	if (!peer_print(target->host, target->port, &session->where))
		return false;
	errno = 0;
	session->mosq = mosquitto_new(target->client_id, true, session);
	if (session->mosq == NULL)
		return errno == ENOMEM
			   ? fault_memory()
			   : fault(EXIT_DATA,
				 "client id: %s: no text that MQTT can carry",
				 target->client_id);
	mosquitto_connect_callback_set(session->mosq, on_connect);
	mosquitto_subscribe_callback_set(session->mosq, on_subscribe);
	mosquitto_publish_callback_set(session->mosq, on_publish);
	mosquitto_message_callback_set(session->mosq, on_message);
	mosquitto_log_callback_set(session->mosq, on_log);
	return set_identity(session, target);
}

/* The seconds for one of so many addresses; 0: no limit. The first one may be a
 * black hole, as IPv6 often is, and must not take the time of all. */
static int64_t
share(const struct mqtt_target *target, int addresses)
{
	int64_t all = target->seconds > 0 ? target->seconds : deadline_left();

	if (addresses < 2)
		return target->seconds;
	if (all == 0 || all / 2 > ADDRESS_SECONDS)
		return ADDRESS_SECONDS;
	return all > 1 ? all / 2 : 1;
}

/* libmosquitto waits in connect for as long as the kernel does, some two minutes,
 * and has no other limit. */
static bool
dial(struct mqtt_session *session, const struct mqtt_target *target,
    int addresses)
{
	int64_t began = clock_ms();
	int error;
	int rc;

	if (session->tls != NULL)
		tls_begin(session->tls);
	if (!deadline_nudge(share(target, addresses)))
		return false;
	rc = mosquitto_connect(
	    session->mosq, target->host, target->port, KEEPALIVE);
	error = errno;
	deadline_nudge(0);
	errno = error;
	if (rc == MOSQ_ERR_ERRNO && error == EINTR)
		return fault(EXIT_NONET, "%s: no connection within %lld s",
		    buf_text(&session->where),
		    (long long)(clock_ms() - began + 500) / 1000);
	if (rc != MOSQ_ERR_SUCCESS)
		return mqtt_fault(session, rc);
	if (session->tls == NULL)
		msg_trace("%s: connected in %lld ms", buf_text(&session->where),
		    (long long)(clock_ms() - began));
	return true;
}

bool
mqtt_connect(const struct mqtt_target *target, struct mqtt_session **out)
{
	struct mqtt_session *session = calloc(1, sizeof *session);
	int addresses;

	*out = NULL;
	if (session == NULL)
		return fault_memory();
	if (!prepare(session, target) ||
	    !peer_look_up(target->host, &addresses))
		goto fail;
	if (!dial(session, target, addresses) ||
	    !await_connack(session, target->seconds))
		goto fail;
	*out = session;
	return true;
fail:
	mqtt_close(session);
	return false;
}

void
mqtt_close(struct mqtt_session *session)
{
	if (session == NULL)
		return;
	if (session->mosq != NULL) {
		mosquitto_disconnect(session->mosq);
		mosquitto_destroy(session->mosq);
	}
	tls_free(session->tls);
	mosquitto_lib_cleanup();
	buf_free(&session->where);
	buf_free(&session->words);
	free(session);
}

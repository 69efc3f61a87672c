/* mqtt.c: one MQTT session over TLS, with a client certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <mosquitto.h>

#include "alert.h"
#include "exit.h"
#include "fault.h"
#include "msg.h"
#include "mqtt.h"
#include "pair.h"
#include "x509.h"

enum { KEEPALIVE = 60, TICK_MS = 100 };

struct mqtt_session {
	struct mosquitto *mosq;
	const struct mqtt_target *target;
	struct buf tls_words; /* the latest that libmosquitto said of TLS */
	struct buf *answer; /* where a message goes, NULL: nowhere */
	int connack; /* -1 until it came */
	bool subscribed;
	bool granted;
	bool answered;
};

static const char *
connack_words(int code)
{
	switch (code) {
	case 1:
		return "the broker does not speak MQTT 3.1.1";
	case 2:
		return "the broker does not accept this client id";
	case 3:
		return "the broker is not available now";
	case 4:
		return "the broker does not accept the user name";
	case 5:
		return "the broker does not authorize this certificate";
	default:
		return "the broker refuses the connection";
	}
}

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
	(void)id;
	session->subscribed = true;
	session->granted = count == 1 && granted[0] < 0x80;
}

static void
on_message(
    struct mosquitto *mosq, void *to, const struct mosquitto_message *message)
{
	struct mqtt_session *session = to;

	(void)mosq;
	if (session->answer == NULL || session->answered)
		return;
	session->answered = buf_add(
	    session->answer, message->payload, (size_t)message->payloadlen);
}

/* Every TLS failure is "A TLS error occurred" to libmosquitto's caller; the
 * reason comes this way alone. */
static void
on_log(struct mosquitto *mosq, void *to, int level, const char *text)
{
	struct mqtt_session *session = to;

	(void)mosq;
	msg_trace("%s: %s", session->target->host, text);
	if (level != MOSQ_LOG_ERR)
		return;
	buf_free(&session->tls_words);
	(void)buf_print(&session->tls_words, "%s", text);
}

static bool
tls_fault(const struct mqtt_session *session)
{
	const struct mqtt_target *target = session->target;
	const char *words = buf_text(&session->tls_words);
	int code = EXIT_UNTRUSTED;

	/* an alert is the broker's "no" to the certificate it was shown; an end
	 * in the middle, with or without a word, is none */
	if (strstr(words, "alert") != NULL)
		code = EXIT_REFUSED;
	else if (words[0] == '\0' || strstr(words, "unexpected eof") != NULL ||
		 strstr(words, "reset by peer") != NULL)
		code = EXIT_NONET;
	return fault(code, "%s:%d: TLS: %s", target->host, target->port,
	    words[0] != '\0' ? words : "the handshake was cut off");
}

/* What RC of a libmosquitto function means for the connection. */
static bool
session_fault(const struct mqtt_session *session, int rc)
{
	const struct mqtt_target *target = session->target;
	const char *words = mosquitto_strerror(rc);
	int error = errno;

	switch (rc) {
	case MOSQ_ERR_TLS:
		return tls_fault(session);
	case MOSQ_ERR_NOMEM:
		return fault_memory();
	case MOSQ_ERR_ERRNO:
	case MOSQ_ERR_CONN_LOST:
	case MOSQ_ERR_CONN_REFUSED:
		/* TLS 1.3: the alert comes when the handshake is over */
		if (session->tls_words.len > 0)
			return tls_fault(session);
		words = rc == MOSQ_ERR_ERRNO
			    ? strerror(error)
			    : "the broker closed the connection";
		break;
	default:
		break;
	}
	return fault(
	    EXIT_NONET, "%s:%d: %s", target->host, target->port, words);
}

/* libmosquitto takes a file without an anchor, and blames the broker. */
static bool
check_anchors(const char *ca)
{
	struct x509_list anchors;

	if (!x509_read(ca, &anchors))
		return false;
	x509_free(&anchors);
	return true;
}

static bool
set_tls(struct mqtt_session *session)
{
	const struct mqtt_target *target = session->target;
	struct stat st;
	bool dir;
	int rc;

	if (stat(target->ca, &st) != 0)
		return fault_errno(target->ca);
	dir = S_ISDIR(st.st_mode);
	if (!dir && !check_anchors(target->ca))
		return false;
	rc = mosquitto_tls_set(session->mosq, dir ? NULL : target->ca,
	    dir ? target->ca : NULL, target->cert, target->key.name, NULL);
	if (rc != MOSQ_ERR_SUCCESS)
		return fault(EXIT_DATA, "%s, %s, %s: %s", target->ca,
		    target->cert, target->key.name, mosquitto_strerror(rc));
	return true;
}

/* Lets libmosquitto work until *DONE, or until UNTIL on the monotonic clock (0:
 * no limit). */
static bool
work(struct mqtt_session *session, const bool *done, time_t until)
{
	struct timespec now;
	int rc;

	while (!*done) {
		rc = mosquitto_loop(session->mosq, TICK_MS, 1);
		if (rc != MOSQ_ERR_SUCCESS && !*done)
			return session_fault(session, rc);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (until > 0 && now.tv_sec >= until)
			return true;
	}
	return true;
}

/* Was the connection just cut, as far as libmosquitto could tell? The versions
 * of it tell it in different ways. */
static bool
was_cut(int rc)
{
	if (fault_code() != EXIT_NONET)
		return false;
	return rc == MOSQ_ERR_TLS || rc == MOSQ_ERR_CONN_LOST ||
	       (rc == MOSQ_ERR_ERRNO && (errno == EPROTO || errno == EPIPE ||
					    errno == ECONNRESET));
}

/* The broker closed without a word that libmosquitto heard: a no to the
 * certificate, if it can be had to say so; otherwise the line broke. */
static bool
connect_fault(const struct mqtt_session *session, int rc)
{
	const struct mqtt_target *target = session->target;
	struct buf words = { 0 };
	bool told;

	session_fault(session, rc);
	if (!was_cut(rc))
		return false;
	told = alert_ask(target->host, target->port, target->cert, &target->key,
		   &words) &&
	       words.len > 0;
	if (told)
		fault(EXIT_REFUSED, "%s:%d: TLS: %s", target->host,
		    target->port, buf_text(&words));
	buf_free(&words);
	return false;
}

static bool
await_connack(struct mqtt_session *session)
{
	const struct mqtt_target *target = session->target;
	int rc = MOSQ_ERR_SUCCESS;

	while (session->connack < 0 && rc == MOSQ_ERR_SUCCESS)
		rc = mosquitto_loop(session->mosq, TICK_MS, 1);
	if (session->connack < 0)
		return connect_fault(session, rc);
	if (session->connack == 0)
		return true;
	return fault(session->connack == 3 ? EXIT_LATER : EXIT_REFUSED,
	    "%s:%d: CONNACK %d: %s", target->host, target->port,
	    session->connack, connack_words(session->connack));
}

/* A session that is not connected yet. */
static struct mqtt_session *
new_session(const struct mqtt_target *target)
{
	struct mqtt_session *session = calloc(1, sizeof *session);

	if (session == NULL) {
		fault_memory();
		return NULL;
	}
	session->target = target;
	session->connack = -1;
	mosquitto_lib_init();
	session->mosq = mosquitto_new(target->client_id, true, session);
	if (session->mosq == NULL) {
		fault(EXIT_DATA, "client id: %s: %s", target->client_id,
		    strerror(errno));
		mqtt_close(session);
		return NULL;
	}
	mosquitto_connect_callback_set(session->mosq, on_connect);
	mosquitto_subscribe_callback_set(session->mosq, on_subscribe);
	mosquitto_message_callback_set(session->mosq, on_message);
	mosquitto_log_callback_set(session->mosq, on_log);
	return session;
}

bool
mqtt_connect(const struct mqtt_target *target, struct mqtt_session **out)
{
	struct mqtt_session *session;
	int rc;

	*out = NULL;
	if (!pair_check(target->cert, &target->key))
		return false;
	session = new_session(target);
	if (session == NULL)
		return false;
	if (!set_tls(session))
		goto fail;
	rc = mosquitto_connect(
	    session->mosq, target->host, target->port, KEEPALIVE);
	if (rc != MOSQ_ERR_SUCCESS) {
		connect_fault(session, rc);
		goto fail;
	}
	if (!await_connack(session))
		goto fail;
	*out = session;
	return true;
fail:
	mqtt_close(session);
	return false;
}

bool
mqtt_ask(struct mqtt_session *session, const char *question,
    const char *answers, int64_t seconds, struct buf *answer)
{
	const struct mqtt_target *target = session->target;
	struct timespec now;
	int rc;

	clock_gettime(CLOCK_MONOTONIC, &now);
	session->answer = answer;
	session->subscribed = false;
	session->answered = false;
	rc = mosquitto_subscribe(session->mosq, NULL, answers, 0);
	if (rc != MOSQ_ERR_SUCCESS)
		return session_fault(session, rc);
	if (!work(session, &session->subscribed, now.tv_sec + seconds))
		return false;
	if (session->subscribed && !session->granted)
		return fault(EXIT_REFUSED,
		    "%s:%d: %s: the broker does not grant this subscription",
		    target->host, target->port, answers);
	rc =
	    mosquitto_publish(session->mosq, NULL, question, 0, NULL, 0, false);
	if (rc != MOSQ_ERR_SUCCESS)
		return session_fault(session, rc);
	if (!work(session, &session->answered, now.tv_sec + seconds))
		return false;
	session->answer = NULL;
	if (!session->answered)
		return fault(EXIT_NONET, "%s:%d: %s: no answer within %lld s",
		    target->host, target->port, answers, (long long)seconds);
	return true;
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
	mosquitto_lib_cleanup();
	buf_free(&session->tls_words);
	free(session);
}

/* plugin.c: the Mosquitto plugin that makes a broker a tenant's: who may connect,
 * what devices may do, and tokens over MQTT.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "sandbox/broker/admit.h"
#include "sandbox/broker/broker.h"
#include "sandbox/broker/smartrest.h"
#include "sandbox/broker/watch.h"
#include "x509.h"

/* For how long a callback waits for who else writes, in milliseconds. Reading
 * never waits. */
enum { PATIENCE_MS = 100 };

/* A tenant has one session a device: a new one throws out what was there.
 * Mosquitto does that for the same client id. */
static void
displace(struct broker *broker, const char *id, const char *client_id)
{
	struct session *session = session_first(&broker->sessions, id);
	struct session *next;

	for (; session != NULL; session = next) {
		next = session->next;
		if (strcmp(session->id, id) != 0)
			continue;
		session->why = "a newer session of this device";
		if (strcmp(session->client_id, client_id) != 0)
			mosquitto_kick_client_by_clientid(
			    session->client_id, false);
	}
}

/* What is refused with MOSQ_ERR_AUTH becomes CONNACK 5; after any other fault
 * Mosquitto closes the connection and says nothing. */
static int
refuse(struct broker *broker, const char *id, const struct verdict *verdict)
{
	mosquitto_log_printf(
	    MOSQ_LOG_NOTICE, "sandbox: %s: refused: %s", id, verdict->why);
	if (verdict->code == CONNACK_NOT_AUTHORIZED)
		return MOSQ_ERR_AUTH;
	if (verdict->code != CONNACK_NONE)
		handshake_refuse(&broker->handshake, verdict->code);
	return MOSQ_ERR_CONN_REFUSED;
}

static int
admit(struct broker *broker, const struct visitor *visitor)
{
	const struct x509_list *chain = NULL;

	displace(broker, visitor->id, mosquitto_client_id(visitor->client));
	if (visitor->crt != NULL)
		chain = handshake_chain(&broker->handshake, visitor->crt);
	if (chain != NULL)
		note_seen(
		    &broker->notes, visitor->id, visitor->crt, chain->crt[0]);
	return session_add(&broker->sessions, visitor->client, visitor->id,
		   visitor->crt) != NULL
		   ? MOSQ_ERR_SUCCESS
		   : MOSQ_ERR_NOMEM;
}

/* MOSQ_EVT_BASIC_AUTH */
static int
check_login(int event, void *event_data, void *user_data)
{
	struct mosquitto_evt_basic_auth *login = event_data;
	struct broker *broker = user_data;
	const char *client_id = mosquitto_client_id(login->client);
	struct visitor visitor = { .client = login->client,
		.user = login->username,
		.password = login->password };
	struct verdict verdict;
	struct buf id = { 0 };
	int rc;

	(void)event;
	if (client_id == NULL)
		return MOSQ_ERR_AUTH;
	if (session_device(client_id, &id))
		visitor.id = buf_text(&id);
	visitor.crt = mosquitto_client_certificate(login->client);
	verdict = admit_judge(broker, &visitor);
	note_add(&broker->notes, "CONNECT", client_id,
	    visitor.id != NULL ? visitor.id : "", verdict.code, verdict.why);
	rc = verdict.code == CONNACK_YES ? admit(broker, &visitor)
					 : refuse(broker, client_id, &verdict);
	X509_free(visitor.crt);
	buf_free(&id);
	return rc;
}

/* MOSQ_EVT_ACL_CHECK */
static int
check_right(int event, void *event_data, void *user_data)
{
	const struct mosquitto_evt_acl_check *wish = event_data;
	struct broker *broker = user_data;
	struct session *session;
	enum session_topic topic;

	(void)event;
	if (wish->access != MOSQ_ACL_UNSUBSCRIBE &&
	    !smartrest_may(wish->access, wish->topic))
		return MOSQ_ERR_ACL_DENIED;
	topic = smartrest_topic(wish->topic);
	if (topic == SESSION_TOPICS || (wish->access != MOSQ_ACL_UNSUBSCRIBE &&
					   wish->access != MOSQ_ACL_SUBSCRIBE))
		return MOSQ_ERR_SUCCESS;
	session = session_find(&broker->sessions, wish->client);
	if (session != NULL)
		session->granted[topic] =
		    wish->access == MOSQ_ACL_SUBSCRIBE ? 1 + wish->qos : 0;
	return MOSQ_ERR_SUCCESS;
}

/* MOSQ_EVT_MESSAGE */
static int
take_message(int event, void *event_data, void *user_data)
{
	const struct mosquitto_evt_message *message = event_data;
	struct broker *broker = user_data;
	struct session *session =
	    session_find(&broker->sessions, message->client);

	(void)event;
	if (session != NULL)
		smartrest_take(broker, session, message->topic,
		    message->payload, message->payloadlen);
	return MOSQ_ERR_SUCCESS;
}

/* MOSQ_EVT_DISCONNECT: also of those who were refused, and are none of ours. */
static int
end_session(int event, void *event_data, void *user_data)
{
	const struct mosquitto_evt_disconnect *end = event_data;
	struct broker *broker = user_data;
	struct session *session = session_find(&broker->sessions, end->client);

	(void)event;
	if (session == NULL)
		return MOSQ_ERR_SUCCESS;
	note_add(&broker->notes, "DISCONNECT", session->client_id, session->id,
	    0, session->why);
	session_remove(&broker->sessions, session);
	return MOSQ_ERR_SUCCESS;
}

/* MOSQ_EVT_TICK: at least ten times a second. */
static int
tick(int event, void *event_data, void *user_data)
{
	struct broker *broker = user_data;

	(void)event;
	(void)event_data;
	smartrest_tick(broker);
	watch_tick(broker);
	sqlite3_busy_timeout(broker->store.db, 0);
	note_write(&broker->notes, &broker->store);
	sqlite3_busy_timeout(broker->store.db, PATIENCE_MS);
	return MOSQ_ERR_SUCCESS;
}

static const struct hook {
	int event;
	MOSQ_FUNC_generic_callback function;
} hooks[] = {
	{ MOSQ_EVT_BASIC_AUTH, check_login },
	{ MOSQ_EVT_ACL_CHECK, check_right },
	{ MOSQ_EVT_MESSAGE, take_message },
	{ MOSQ_EVT_DISCONNECT, end_session },
	{ MOSQ_EVT_TICK, tick },
};

enum { HOOKS = sizeof hooks / sizeof hooks[0] };

/* The value of plugin_opt_dir, NULL where there is none. */
static const char *
find_dir(const struct mosquitto_opt *options, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(options[i].key, "dir") == 0)
			return options[i].value;
	return NULL;
}

int
mosquitto_plugin_version(
    int supported_version_count, const int *supported_versions)
{
	for (int i = 0; i < supported_version_count; i++)
		if (supported_versions[i] == MOSQ_PLUGIN_VERSION)
			return MOSQ_PLUGIN_VERSION;
	return -1;
}

static bool
start(struct broker *broker, const char *dir)
{
	if (!x509_start() || !store_open(dir, &broker->store) ||
	    !token_open(dir, &broker->jwt) || !watch_start(broker) ||
	    !handshake_start(&broker->handshake))
		return false;
	sqlite3_busy_timeout(broker->store.db, PATIENCE_MS);
	for (int i = 0; i < HOOKS; i++)
		if (mosquitto_callback_register(broker->plugin, hooks[i].event,
			hooks[i].function, NULL, broker) != MOSQ_ERR_SUCCESS)
			return fault_memory();
	return true;
}

int
mosquitto_plugin_init(mosquitto_plugin_id_t *identifier, void **userdata,
    struct mosquitto_opt *options, int option_count)
{
	const char *dir = find_dir(options, option_count);
	struct broker *broker;

	if (dir == NULL) {
		mosquitto_log_printf(
		    MOSQ_LOG_ERR, "sandbox: plugin_opt_dir is missing");
		return MOSQ_ERR_INVAL;
	}
	broker = calloc(1, sizeof *broker);
	if (broker == NULL)
		return MOSQ_ERR_NOMEM;
	broker->plugin = identifier;
	if (!start(broker, dir)) {
		mosquitto_log_printf(MOSQ_LOG_ERR, "sandbox: %s", fault_text());
		mosquitto_plugin_cleanup(broker, options, option_count);
		return MOSQ_ERR_UNKNOWN;
	}
	*userdata = broker;
	return MOSQ_ERR_SUCCESS;
}

int
mosquitto_plugin_cleanup(
    void *userdata, struct mosquitto_opt *options, int option_count)
{
	struct broker *broker = userdata;

	(void)options;
	(void)option_count;
	for (int i = 0; i < HOOKS; i++)
		mosquitto_callback_unregister(
		    broker->plugin, hooks[i].event, hooks[i].function, NULL);
	handshake_stop(&broker->handshake);
	if (broker->store.db != NULL)
		note_write(&broker->notes, &broker->store);
	note_clear(&broker->notes);
	session_clear(&broker->sessions);
	token_close(&broker->jwt);
	store_close(&broker->store);
	free(broker);
	return MOSQ_ERR_SUCCESS;
}

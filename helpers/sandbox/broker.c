/* broker: the Mosquitto plugin that makes a broker a tenant's: who may connect,
 * what devices may do, and tokens over MQTT.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
#include <openssl/asn1.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "buf.h"
#include "sandbox/state/device.h"
#include "fault.h"
#include "sandbox/state/faults.h"
#include "sandbox/state/store.h"
#include "sandbox/state/token.h"
#include "sandbox/state/trusted.h"
#include "x509.h"

struct broker {
	mosquitto_plugin_id_t *plugin;
	struct store store;
	struct token_key jwt;
	int session_index; /* what this plugin has at each SSL, and at each X509 */
	int chain_index;
};

/* what a device may do, and where (the topics of SmartREST) */
static const struct right {
	int access;
	const char *topic;
} rights[] = {
	{ MOSQ_ACL_WRITE, "s/uat" },
	{ MOSQ_ACL_WRITE, "s/us" },
	{ MOSQ_ACL_SUBSCRIBE | MOSQ_ACL_READ, "s/dat" },
	{ MOSQ_ACL_SUBSCRIBE | MOSQ_ACL_READ, "s/ds" },
	{ MOSQ_ACL_SUBSCRIBE | MOSQ_ACL_READ, "s/e" },
};

/* Has CRT this common name, and no other? */
static bool
is_for(const X509 *crt, const char *id)
{
	X509_NAME *subject = X509_get_subject_name(crt);
	unsigned char *name = NULL;
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	bool same;
	int len;

	if (at < 0 ||
	    X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0)
		return false;
	len = ASN1_STRING_to_UTF8(
	    &name, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
	same = len >= 0 && (size_t)len == strlen(id) &&
	       memcmp(name, id, (size_t)len) == 0;
	OPENSSL_free(name);
	return same;
}

static void
free_chain(void *parent, void *data, CRYPTO_EX_DATA *all, int index,
    long number, void *user_data)
{
	(void)parent;
	(void)all;
	(void)index;
	(void)number;
	(void)user_data;
	if (data != NULL)
		x509_free(data);
	free(data);
}

static bool
add_crt(struct x509_list *chain, const X509 *crt)
{
	gnutls_datum_t der = { NULL, 0 };
	int len = i2d_X509(crt, &der.data);
	gnutls_x509_crt_t *to = &chain->crt[chain->count];
	bool ok;

	if (len < 0)
		return fault_memory();
	der.size = (unsigned)len;
	ok = gnutls_x509_crt_init(to) == 0;
	if (ok && gnutls_x509_crt_import(*to, &der, GNUTLS_X509_FMT_DER) < 0) {
		gnutls_x509_crt_deinit(*to);
		ok = false;
	}
	chain->count += ok;
	OPENSSL_free(der.data);
	return ok;
}

/* Takes what a client shows as it is: who gets in is decided when it says who it
 * is, by what the tenant trusts then, and told by a CONNACK, as a tenant does.
 * The chain is kept with the client's own certificate until then. */
static int
take_chain(X509_STORE_CTX *context, void *user_data)
{
	const struct broker *broker = user_data;
	STACK_OF(X509) *shown = X509_STORE_CTX_get0_untrusted(context);
	X509 *leaf = X509_STORE_CTX_get0_cert(context);
	struct x509_list *chain = calloc(1, sizeof *chain);
	int count = sk_X509_num(shown);
	bool ok = chain != NULL;

	if (ok)
		chain->crt = calloc(
		    (size_t)(count > 0 ? count : 0) + 1, sizeof *chain->crt);
	ok = ok && chain->crt != NULL && add_crt(chain, leaf);
	for (int i = 0; ok && i < count; i++)
		if (X509_cmp(sk_X509_value(shown, i), leaf) != 0)
			ok = add_crt(chain, sk_X509_value(shown, i));
	if (ok && X509_set_ex_data(leaf, broker->chain_index, chain) == 1) {
		X509_STORE_CTX_set_error(context, X509_V_OK);
		return 1;
	}
	free_chain(NULL, chain, NULL, 0, 0, NULL);
	X509_STORE_CTX_set_error(context, X509_V_ERR_OUT_OF_MEM);
	return 0;
}

/* Each new session is seen here, before its handshake: Mosquitto itself lets no
 * plugin near the context that it belongs to. */
static void
note_session(void *parent, void *data, CRYPTO_EX_DATA *all, int index,
    long number, void *user_data)
{
	SSL_CTX *context = SSL_get_SSL_CTX(parent);

	(void)data;
	(void)all;
	(void)index;
	(void)number;
	SSL_CTX_set_cert_verify_callback(context, take_chain, user_data);
	/* one that is resumed would show no chain */
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_set_options(parent, SSL_OP_NO_TICKET);
}

/* May who showed CRT be the device ID? Says in the log why not. */
static bool
admits(struct broker *broker, const X509 *crt, const char *id)
{
	const struct x509_list *chain =
	    X509_get_ex_data(crt, broker->chain_index);
	enum admission admission = ADMIT_UNTRUSTED;
	bool strange = false;

	if (!is_for(crt, id))
		mosquitto_log_printf(MOSQ_LOG_NOTICE,
		    "sandbox: refused: client id and certificate differ");
	else if (!faults_strange(&broker->store, id, &strange) ||
		 (chain != NULL &&
		     !trusted_admit(&broker->store, chain, id, &admission)))
		mosquitto_log_printf(MOSQ_LOG_ERR, "sandbox: %s", fault_text());
	else if (admission == ADMIT_UNTRUSTED)
		mosquitto_log_printf(MOSQ_LOG_NOTICE,
		    "sandbox: %s: refused: its certificate is not trusted", id);
	else if (admission == ADMIT_REVOKED)
		mosquitto_log_printf(MOSQ_LOG_NOTICE,
		    "sandbox: %s: refused: its certificate is revoked", id);
	else if (admission == ADMIT_UNKNOWN)
		mosquitto_log_printf(MOSQ_LOG_NOTICE,
		    "sandbox: %s: refused: not a device of this tenant", id);
	else if (strange)
		mosquitto_log_printf(MOSQ_LOG_NOTICE,
		    "sandbox: %s: refused: its certificate is not known yet",
		    id);
	else
		return true;
	return false;
}

/* MOSQ_EVT_BASIC_AUTH: what is refused here becomes CONNACK 5. */
static int
check_login(int event, void *event_data, void *user_data)
{
	struct mosquitto_evt_basic_auth *login = event_data;
	const char *id = mosquitto_client_id(login->client);
	X509 *crt = mosquitto_client_certificate(login->client);
	bool may;

	(void)event;
	may = crt != NULL && id != NULL && admits(user_data, crt, id);
	X509_free(crt);
	return may ? MOSQ_ERR_SUCCESS : MOSQ_ERR_AUTH;
}

/* MOSQ_EVT_ACL_CHECK */
static int
check_right(int event, void *event_data, void *user_data)
{
	const struct mosquitto_evt_acl_check *wish = event_data;

	(void)event;
	(void)user_data;
	if (wish->access == MOSQ_ACL_UNSUBSCRIBE)
		return MOSQ_ERR_SUCCESS;
	for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++)
		if ((rights[i].access & wish->access) != 0 &&
		    strcmp(rights[i].topic, wish->topic) == 0)
			return MOSQ_ERR_SUCCESS;
	return MOSQ_ERR_ACL_DENIED;
}

/* Sends ID, and no one else, a token on s/dat. */
static bool
send_token(struct broker *broker, const char *id)
{
	struct buf text = { 0 };
	bool known;
	bool ok = false;

	/* it may have been removed since it connected */
	if (!device_is_known(&broker->store, id, &known) || !known)
		goto out;
	if (!buf_print(&text, "71,") ||
	    !token_make(&broker->jwt, &broker->store, id, time(NULL), &text))
		goto out;
	ok = mosquitto_broker_publish_copy(id, "s/dat", (int)text.len,
		 text.data, 0, false, NULL) == MOSQ_ERR_SUCCESS;
out:
	buf_free(&text);
	return ok;
}

/* MOSQ_EVT_MESSAGE */
static int
answer(int event, void *event_data, void *user_data)
{
	const struct mosquitto_evt_message *message = event_data;
	const char *id = mosquitto_client_id(message->client);

	(void)event;
	if (strcmp(message->topic, "s/uat") == 0 && id != NULL &&
	    !send_token(user_data, id))
		mosquitto_log_printf(MOSQ_LOG_WARNING,
		    "sandbox: %s: asked for a token, and gets none", id);
	return MOSQ_ERR_SUCCESS;
}

static const struct hook {
	int event;
	MOSQ_FUNC_generic_callback function;
} hooks[] = {
	{ MOSQ_EVT_BASIC_AUTH, check_login },
	{ MOSQ_EVT_ACL_CHECK, check_right },
	{ MOSQ_EVT_MESSAGE, answer },
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
	    !token_open(dir, &broker->jwt))
		return false;
	broker->chain_index =
	    X509_get_ex_new_index(0, NULL, NULL, NULL, free_chain);
	broker->session_index =
	    SSL_get_ex_new_index(0, broker, note_session, NULL, NULL);
	if (broker->chain_index < 0 || broker->session_index < 0)
		return fault_memory();
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
	if (broker->session_index > 0)
		CRYPTO_free_ex_index(
		    CRYPTO_EX_INDEX_SSL, broker->session_index);
	if (broker->chain_index > 0)
		CRYPTO_free_ex_index(CRYPTO_EX_INDEX_X509, broker->chain_index);
	token_close(&broker->jwt);
	store_close(&broker->store);
	free(broker);
	return MOSQ_ERR_SUCCESS;
}

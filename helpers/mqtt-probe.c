/* mqtt-probe: can this pair connect to that broker?
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "net/deadline.h"
#include "net/http.h"
#include "net/mqtt.h"
#include "net/spool.h"
#include "x509.h"

enum {
	OPT_HOST = CLI_LONG,
	OPT_PORT,
	OPT_CERT,
	OPT_KEY,
	OPT_PASSPHRASE,
	OPT_CA,
	OPT_ID,
	OPT_USER,
	OPT_PASSWORD,
	OPT_SUBSCRIBE,
	OPT_PUBLISH,
	OPT_TIMEOUT
};

static const struct cli_option options[] = {
	{ OPT_HOST, "host", "HOST", "the broker" },
	{ OPT_PORT, "port", "PORT", "its port: 8883" },
	{ OPT_CERT, "cert", "FILE", "the device certificate" },
	{ OPT_KEY, "key", "FILE", "its key: a file or a PKCS#11 URI" },
	{ OPT_PASSPHRASE, "passphrase-file", "FILE",
	    "the key's passphrase, or the PIN of its token" },
	{ OPT_CA, "ca", "PATH",
	    "trust anchors for the broker: file or "
	    "directory" },
	{ OPT_ID, "client-id", "ID",
	    "the certificate's common name if not "
	    "given" },
	{ OPT_USER, "user", "NAME", "a user name besides the certificate" },
	{ OPT_PASSWORD, "password-file", "FILE", "the password of --user" },
	{ OPT_SUBSCRIBE, "subscribe", "TOPIC",
	    "is a subscription to it granted, too?" },
	{ OPT_PUBLISH, "publish", "TOPIC",
	    "is an empty message on it taken, too?" },
	{ OPT_TIMEOUT, "timeout", "SPAN", "for all of it: 120s" },
	{ 0 },
};

struct order {
	struct mqtt_target target;
	const char *cert;
	struct key_place key;
	const char *passphrase;
	const char *password;
	const char *subscribe;
	const char *publish;
	int64_t timeout;
	/* what was read */
	struct pair pair;
	struct buf id;
	struct buf passphrase_text;
	struct buf password_text;
	struct buf ca;
};

/* Whom to connect to, and as whom; true if OPT says that. */
static bool
take_target(struct mqtt_target *target, int opt)
{
	switch (opt) {
	case OPT_HOST:
		target->host = cli_value();
		return true;
	case OPT_PORT:
		target->port = cli_port_or_die();
		return true;
	case OPT_CA:
		target->ca = cli_value();
		return true;
	case OPT_ID:
		target->client_id = cli_value();
		return true;
	case OPT_USER:
		target->user = cli_value();
		return true;
	}
	return false;
}

static void
take(struct order *order, int opt)
{
	switch (opt) {
	case OPT_CERT:
		order->cert = cli_value();
		break;
	case OPT_KEY:
		order->key.name = cli_value();
		break;
	case OPT_PASSPHRASE:
		order->passphrase = cli_value();
		break;
	case OPT_PASSWORD:
		order->password = cli_value();
		break;
	case OPT_SUBSCRIBE:
		order->subscribe = cli_value();
		break;
	case OPT_PUBLISH:
		order->publish = cli_value();
		break;
	case OPT_TIMEOUT:
		order->timeout = cli_span_or_die();
		break;
	}
}

static void
check_or_die(const struct order *order)
{
	const char *const inputs[] = { order->cert, order->key.name,
		order->passphrase, order->password, order->target.ca };
	int count = 0;

	if (order->target.host == NULL)
		cli_usage("--host is missing");
	if (order->cert == NULL || order->key.name == NULL)
		cli_usage("--cert and --key are needed");
	if (order->password != NULL && order->target.user == NULL)
		cli_usage("--password-file: --user is missing");
	if (order->subscribe != NULL && !mqtt_filter_ok(order->subscribe))
		cli_usage("--subscribe: %s", fault_text());
	if (order->publish != NULL && !mqtt_topic_ok(order->publish))
		cli_usage("--publish: %s", fault_text());
	for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
		count += inputs[i] != NULL && strcmp(inputs[i], "-") == 0;
	if (count > 1)
		cli_usage("-: only one input can be standard input");
}

/* Reads our own files, once and before anything is asked. */
static bool
open_files(struct order *order)
{
	struct mqtt_target *target = &order->target;

	if (!spool_anchors(&target->ca, &order->ca) ||
	    !key_unlock(
		&order->key, order->passphrase, &order->passphrase_text) ||
	    !pair_open(order->cert, &order->key, &order->pair))
		return false;
	target->pair = &order->pair;
	if (order->password != NULL) {
		if (!file_read_secret(order->password, &order->password_text))
			return false;
		target->password = buf_text(&order->password_text);
	}
	pair_warn(&order->pair, time(NULL));
	if (target->client_id != NULL)
		return true;
	if (!x509_common_name(order->pair.chain.crt[0], &order->id))
		return fault(fault_code(), "%s: %s", order->cert, fault_text());
	target->client_id = buf_text(&order->id);
	return true;
}

static bool
probe(const struct order *order)
{
	struct mqtt_session *session = NULL;
	bool ok;

	if (!mqtt_connect(&order->target, &session))
		return false;
	ok = (order->subscribe == NULL ||
		 mqtt_subscribe(session, order->subscribe)) &&
	     (order->publish == NULL || mqtt_publish(session, order->publish));
	mqtt_close(session);
	return ok;
}

int
main(int argc, char **argv)
{
	struct order order = { .target = { .port = 8883, .ca = SYSTEM_CA },
		.timeout = HTTP_TIMEOUT };
	int opt;

	cli_start("mqtt-probe", "--host=HOST --cert=FILE --key=FILE",
	    "Tell whether a broker accepts a certificate: it connects, and "
	    "disconnects.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		if (!take_target(&order.target, opt))
			take(&order, opt);
	cli_no_more(argc, argv);
	check_or_die(&order);
	deadline_or_die(order.timeout, "mqtt-probe", order.target.host);
	if (!open_files(&order) || !probe(&order))
		msg_die_fault();
	pair_close(&order.pair);
	buf_free(&order.id);
	buf_free(&order.passphrase_text);
	buf_free(&order.password_text);
	buf_free(&order.ca);
	return EXIT_YES;
}

/* jwt-get: a device certificate in, an access token out.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "jwt/jwtask.h"
#include "msg.h"
#include "net/deadline.h"
#include "net/mqtt.h"
#include "net/peer.h"
#include "net/spool.h"

enum {
	OPT_VIA = CLI_LONG,
	OPT_BROKER,
	OPT_BROKER_CA,
	OPT_PREFIX,
	OPT_URL,
	OPT_CHAIN,
	OPT_HOST,
	OPT_PORT,
	OPT_CERT,
	OPT_KEY,
	OPT_PASSPHRASE,
	OPT_CA,
	OPT_CLAIMS,
	OPT_WAIT,
	OPT_CONNECT,
	OPT_TIMEOUT
};

static const struct cli_option options[] = {
	{ OPT_VIA, "via", "WAY",
	    "broker, https, mqtt, or auto: in that order" },
	{ OPT_BROKER, "broker", "HOST",
	    "broker: the local one, HOST or HOST:PORT: localhost:1883" },
	{ OPT_BROKER_CA, "broker-ca", "PATH",
	    "broker: speak TLS, and trust these anchors" },
	{ OPT_PREFIX, "prefix", "TOPIC",
	    "broker: what the topics of its bridge begin with: c8y" },
	{ OPT_URL, "url", "URL", "https: the server, https://HOST:PORT" },
	{ OPT_CHAIN, "cert-chain", NULL,
	    "https: send the certificates of --cert as a header too" },
	{ OPT_HOST, "host", "HOST", "mqtt: the broker" },
	{ OPT_PORT, "port", "PORT", "mqtt: its port, 8883" },
	{ OPT_CERT, "cert", "FILE", "the device certificate" },
	{ OPT_KEY, "key", "FILE", "its key: a file or a PKCS#11 URI" },
	{ OPT_PASSPHRASE, "passphrase-file", "FILE",
	    "the key's passphrase, or the PIN of its token" },
	{ OPT_CA, "ca", "PATH",
	    "trust anchors for the server: file or "
	    "directory" },
	{ OPT_CLAIMS, "claims", NULL, "print what the token says, as JSON" },
	{ OPT_WAIT, "wait", "SPAN", "for one question over MQTT: 20s" },
	{ OPT_CONNECT, "connect-timeout", "SPAN",
	    "https: for the connection: 30s" },
	{ OPT_TIMEOUT, "timeout", "SPAN", "for all of it: 120s" },
	{ 0 },
};

enum { ASK_SECONDS = 20 };

/* The ways, in the order in which auto tries them. */
enum way { BROKER, HTTPS, MQTT, WAYS };

static const char *const way_names[WAYS] = {
	[BROKER] = "broker", [HTTPS] = "https", [MQTT] = "mqtt"
};

struct order {
	struct jwt_order ask;
	const char *via;
	bool ways[WAYS]; /* those that are tried */
	bool timed; /* there is a deadline */
	const char *cert;
	struct key_place key;
	const char *passphrase;
	bool want_claims;
	struct buf host; /* of the local broker */
	struct buf text; /* of the passphrase */
	struct buf ca; /* where the anchors are that came by a pipe */
	struct buf broker_ca;
	struct pair pair;
};

static void
take_broker(struct order *order)
{
	buf_free(&order->host);
	if (!peer_parse(cli_value(), &order->host, &order->ask.broker_port))
		cli_usage("--broker: %s", fault_text());
	order->ask.broker = buf_text(&order->host);
}

/* What concerns the device and its files, and what is printed; true if OPT did. */
static bool
take_own(struct order *order, int opt)
{
	switch (opt) {
	case OPT_VIA:
		order->via = cli_value();
		return true;
	case OPT_CERT:
		order->cert = cli_value();
		return true;
	case OPT_KEY:
		order->key.name = cli_value();
		return true;
	case OPT_PASSPHRASE:
		order->passphrase = cli_value();
		return true;
	case OPT_CLAIMS:
		order->want_claims = true;
		return true;
	}
	return false;
}

static void
take(struct jwt_order *ask, int opt)
{
	switch (opt) {
	case OPT_BROKER_CA:
		ask->broker_ca = cli_value();
		break;
	case OPT_PREFIX:
		ask->prefix = cli_value();
		break;
	case OPT_URL:
		ask->url = cli_value();
		break;
	case OPT_CHAIN:
		ask->with_chain = true;
		break;
	case OPT_HOST:
		ask->host = cli_value();
		break;
	case OPT_PORT:
		ask->port = cli_port_or_die();
		break;
	case OPT_CA:
		ask->ca = cli_value();
		break;
	case OPT_WAIT:
		ask->wait = cli_span_or_die();
		break;
	case OPT_CONNECT:
		ask->connect_timeout = cli_span_or_die();
		break;
	case OPT_TIMEOUT:
		ask->timeout = cli_span_or_die();
		break;
	}
}

/* Which ways there are, by what was given. */
static void
choose_or_die(struct order *order)
{
	struct jwt_order *ask = &order->ask;
	bool all = strcmp(order->via, "auto") == 0;

	for (int way = 0; way < WAYS; way++)
		order->ways[way] = strcmp(order->via, way_names[way]) == 0;
	if (order->ways[BROKER] && ask->broker == NULL)
		ask->broker = "localhost";
	if (all) {
		order->ways[BROKER] = ask->broker != NULL;
		order->ways[HTTPS] = ask->url != NULL;
		order->ways[MQTT] = ask->host != NULL;
	}
	if (!order->ways[BROKER] && !order->ways[HTTPS] && !order->ways[MQTT]) {
		if (all)
			cli_usage("--via=auto: one of --broker, --url and "
				  "--host is needed");
		cli_usage(
		    "--via: %s: none of broker, https, mqtt, auto", order->via);
	}
	if (order->ways[HTTPS] && ask->url == NULL)
		cli_usage("--url is missing");
	if (order->ways[MQTT] && ask->host == NULL)
		cli_usage("--host is missing");
	if (ask->wait == 0)
		cli_usage("--wait: 0: no answer comes in no time");
}

/* Only one can be standard input. */
static void
check_inputs_or_die(const struct order *order)
{
	const char *const inputs[] = { order->cert, order->key.name,
		order->passphrase, order->ask.ca, order->ask.broker_ca };
	int count = 0;

	for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
		count += inputs[i] != NULL && strcmp(inputs[i], "-") == 0;
	if (count > 1)
		cli_usage("-: only one input can be standard input");
}

static void
check_or_die(struct order *order)
{
	if (order->via == NULL)
		cli_usage("--via is missing");
	if (order->ask.url != NULL && !http_is_url(order->ask.url))
		cli_usage("--url: %s: not an https URL", order->ask.url);
	choose_or_die(order);
	if ((order->ways[HTTPS] || order->ways[MQTT]) &&
	    (order->cert == NULL || order->key.name == NULL))
		cli_usage("--cert and --key are needed");
	if (order->ask.prefix[0] != '\0' && !mqtt_topic_ok(order->ask.prefix))
		cli_usage("--prefix: %s", fault_text());
	check_inputs_or_die(order);
}

/* Reads our own files, once and before anything is asked. */
static bool
open_files(struct order *order)
{
	if (!spool_anchors(&order->ask.ca, &order->ca) ||
	    !spool_anchors(&order->ask.broker_ca, &order->broker_ca))
		return false;
	if (!order->ways[HTTPS] && !order->ways[MQTT])
		return true;
	if (!key_unlock(&order->key, order->passphrase, &order->text) ||
	    !pair_open(order->cert, &order->key, &order->pair))
		return false;
	order->ask.pair = &order->pair;
	pair_warn(&order->pair, time(NULL));
	return true;
}

static bool
try_way(enum way way, const struct order *order, struct http_reply *reply,
    struct buf *token, struct buf *claims)
{
	switch (way) {
	case BROKER:
		return jwt_ask_broker(&order->ask, token, claims);
	case HTTPS:
		return jwt_ask_https(&order->ask, reply, token, claims);
	default:
		return jwt_ask_mqtt(&order->ask, token, claims);
	}
}

/* Tries one way after the other. The failure that says most is what is left at
 * the end, and by their numbers no answer (69) says less than later (75), that
 * less than not to be believed (76), and no (77) most of all. What is wrong on
 * this side ends it: the next way would find it too, and spend one more try of a
 * PIN. */
static bool
try_ways(struct order *order, struct buf *token, struct buf *claims)
{
	const char *const names[WAYS] = { order->ask.broker, order->ask.url,
		order->ask.host };
	struct http_reply reply = { .retry_after = -1 };
	struct buf worst = { 0 };
	int code = EXIT_NONET;
	bool ok = false;

	for (int way = 0; !ok && way < WAYS; way++) {
		if (!order->ways[way])
			continue;
		if (worst.len > 0)
			msg_warn("%s", fault_text());
		if (order->timed) {
			deadline_about_or_die(names[way], code);
			order->ask.timeout = deadline_left();
		}
		ok = try_way(way, order, &reply, token, claims);
		if (ok || fault_code() == EXIT_DATA ||
		    fault_code() == EXIT_LOCAL)
			goto out;
		if (worst.len > 0 && fault_code() < code)
			continue;
		code = fault_code();
		buf_free(&worst);
		if (!buf_print(&worst, "%s", fault_text()))
			goto out;
	}
	if (fault_code() != code) {
		msg_warn("%s", fault_text());
		fault(code, "%s", buf_text(&worst));
	}
	http_print_wait(&reply);
out:
	http_free(&reply);
	buf_free(&worst);
	return ok;
}

int
main(int argc, char **argv)
{
	struct order order = { .ask = { .broker_port = 1883,
				   .prefix = "c8y",
				   .port = 8883,
				   .wait = ASK_SECONDS,
				   .connect_timeout = HTTP_CONNECT_TIMEOUT,
				   .timeout = HTTP_TIMEOUT } };
	struct buf token = { 0 };
	struct buf claims = { 0 };
	struct buf *answer;
	int opt;

	cli_start("jwt-get",
	    "--via={broker | https | mqtt | auto} [--cert=FILE --key=FILE]",
	    "Print an access token for the device of a certificate.", options);
	while ((opt = cli_next(argc, argv)) != CLI_END) {
		if (opt == OPT_BROKER)
			take_broker(&order);
		else if (!take_own(&order, opt))
			take(&order.ask, opt);
	}
	cli_no_more(argc, argv);
	check_or_die(&order);
	/* libcurl alone keeps its own time */
	order.timed = order.ways[BROKER] || order.ways[MQTT];
	if (order.timed)
		deadline_or_die(order.ask.timeout, "jwt-get",
		    order.cert != NULL ? order.cert : order.ask.broker);
	if (!open_files(&order) || !try_ways(&order, &token, &claims))
		msg_die_fault();
	answer = order.want_claims ? &claims : &token;
	if (!buf_print(answer, "\n") || !file_print(answer->data, answer->len))
		msg_die_fault();
	pair_close(&order.pair);
	buf_free(&order.host);
	buf_free(&order.text);
	buf_free(&order.ca);
	buf_free(&order.broker_ca);
	buf_free(&token);
	buf_free(&claims);
	return EXIT_YES;
}

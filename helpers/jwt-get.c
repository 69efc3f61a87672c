/* jwt-get: a device certificate in, an access token out.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "buf.h"
#include "cli.h"
#include "deadline.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "http.h"
#include "jwt.h"
#include "mqtt.h"
#include "msg.h"
#include "x509.h"

enum {
	OPT_VIA = CLI_LONG,
	OPT_URL,
	OPT_HOST,
	OPT_PORT,
	OPT_CERT,
	OPT_KEY,
	OPT_CA,
	OPT_CONNECT,
	OPT_TIMEOUT
};

static const struct cli_option options[] = {
	{ OPT_VIA, "via", "WAY", "https or mqtt" },
	{ OPT_URL, "url", "URL", "https: the server, https://HOST:PORT" },
	{ OPT_HOST, "host", "HOST", "mqtt: the broker" },
	{ OPT_PORT, "port", "PORT", "mqtt: its port, 8883" },
	{ OPT_CERT, "cert", "FILE", "the device certificate" },
	{ OPT_KEY, "key", "FILE", "its key" },
	{ OPT_CA, "ca", "PATH",
	    "trust anchors for the server: file or "
	    "directory" },
	{ OPT_CONNECT, "connect-timeout", "SPAN",
	    "https: for the connection: 30s" },
	{ OPT_TIMEOUT, "timeout", "SPAN", "for all of it: 120s" },
	{ 0 },
};

/* How long one question over MQTT waits, and how often it is asked: a broker
 * may lose one that comes while the device is still being accepted. */
enum { ASK_SECONDS = 20, ASK_TIMES = 3 };

struct order {
	const char *via;
	const char *url;
	const char *host;
	int port;
	const char *cert;
	struct key_place key;
	const char *ca;
	int64_t connect_timeout;
	int64_t timeout;
};

static void
take(struct order *order, int opt)
{
	switch (opt) {
	case OPT_VIA:
		order->via = cli_value();
		break;
	case OPT_URL:
		order->url = cli_value();
		break;
	case OPT_HOST:
		order->host = cli_value();
		break;
	case OPT_PORT:
		order->port = cli_port_or_die();
		break;
	case OPT_CERT:
		order->cert = cli_value();
		break;
	case OPT_KEY:
		order->key.name = cli_value();
		break;
	case OPT_CA:
		order->ca = cli_value();
		break;
	case OPT_CONNECT:
		order->connect_timeout = cli_span_or_die();
		break;
	case OPT_TIMEOUT:
		order->timeout = cli_span_or_die();
		break;
	}
}

static void
check_or_die(const struct order *order)
{
	if (order->via == NULL)
		cli_usage("--via is missing");
	if (strcmp(order->via, "https") != 0 && strcmp(order->via, "mqtt") != 0)
		cli_usage("--via: %s: neither https nor mqtt", order->via);
	if (order->cert == NULL || order->key.name == NULL)
		cli_usage("--cert and --key are needed");
	if (order->via[0] == 'h' && order->url == NULL)
		cli_usage("--url is missing");
	if (order->url != NULL && !http_is_url(order->url))
		cli_usage("--url: %s: not an https URL", order->url);
	if (order->via[0] == 'm' && order->host == NULL)
		cli_usage("--host is missing");
}

/* POST /devicecontrol/deviceAccessToken with the certificate alone. */
static bool
ask_https(const struct order *order, struct buf *token)
{
	struct buf none = { 0 };
	struct buf url = { 0 };
	struct http_reply reply = { 0 };
	struct http_request request = { .accept = "application/json",
		.body = &none,
		.cert = order->cert,
		.key = order->key,
		.ca = order->ca,
		.connect_timeout = order->connect_timeout,
		.timeout = order->timeout };
	size_t len = strlen(order->url);
	bool ok = false;

	while (len > 0 && order->url[len - 1] == '/')
		len--;
	if (!buf_add(&url, order->url, len) ||
	    !buf_print(&url, "/devicecontrol/deviceAccessToken"))
		goto out;
	request.url = buf_text(&url);
	if (!http_post(&request, &reply))
		goto out;
	if (http_judge(&request, &reply))
		ok = jwt_from_json(&reply.body, request.url, token);
	else
		http_print_wait(&reply);
out:
	http_free(&reply);
	buf_free(&url);
	return ok;
}

/* Asks on s/uat for an answer on s/dat, in a session under the certificate's
 * own name; each time a new one. */
static bool
ask_mqtt(const struct order *order, struct buf *token)
{
	struct mqtt_target target = { .host = order->host,
		.port = order->port,
		.ca = order->ca,
		.cert = order->cert,
		.key = order->key };
	struct mqtt_session *session = NULL;
	struct buf id = { 0 };
	struct buf answer = { 0 };
	bool ok = false;

	if (!x509_file_name(order->cert, &id))
		return false;
	target.client_id = buf_text(&id);
	for (int i = 0; !ok && i < ASK_TIMES; i++) {
		if (!mqtt_connect(&target, &session))
			break;
		ok = mqtt_ask(session, "s/uat", "s/dat", ASK_SECONDS, &answer);
		mqtt_close(session);
		if (!ok && fault_code() != EXIT_NONET)
			break;
	}
	ok = ok && jwt_from_smartrest(&answer, order->host, token);
	buf_free(&answer);
	buf_free(&id);
	return ok;
}

int
main(int argc, char **argv)
{
	struct order order = { .port = 8883,
		.connect_timeout = HTTP_CONNECT_TIMEOUT,
		.timeout = HTTP_TIMEOUT };
	struct buf token = { 0 };
	bool ok;
	int opt;

	cli_start("jwt-get",
	    "--via={https --url=URL | mqtt --host=HOST} --cert=FILE --key=FILE",
	    "Print an access token for the device of a certificate.", options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take(&order, opt);
	cli_no_more(argc, argv);
	check_or_die(&order);
	if (order.via[0] == 'm') {
		if (order.ca == NULL)
			order.ca = SYSTEM_CA;
		deadline_or_die(order.timeout, "jwt-get", order.host);
		ok = ask_mqtt(&order, &token);
	} else {
		ok = ask_https(&order, &token);
	}
	if (!ok || !jwt_check(&token, time(NULL)) || !buf_print(&token, "\n") ||
	    !file_print(token.data, token.len))
		msg_die_fault();
	buf_free(&token);
	return EXIT_YES;
}

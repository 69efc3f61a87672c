/* mqtt-probe: can this pair connect to that broker?
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "buf.h"
#include "cli.h"
#include "deadline.h"
#include "exit.h"
#include "http.h"
#include "mqtt.h"
#include "msg.h"
#include "x509.h"

enum {
	OPT_HOST = CLI_LONG,
	OPT_PORT,
	OPT_CERT,
	OPT_KEY,
	OPT_CA,
	OPT_ID,
	OPT_TIMEOUT
};

static const struct cli_option options[] = {
	{ OPT_HOST, "host", "HOST", "the broker" },
	{ OPT_PORT, "port", "PORT", "its port: 8883" },
	{ OPT_CERT, "cert", "FILE", "the device certificate" },
	{ OPT_KEY, "key", "FILE", "its key" },
	{ OPT_CA, "ca", "PATH",
	    "trust anchors for the broker: file or "
	    "directory" },
	{ OPT_ID, "client-id", "ID",
	    "the certificate's common name if not "
	    "given" },
	{ OPT_TIMEOUT, "timeout", "SPAN", "for all of it: 120s" },
	{ 0 },
};

static int64_t
take(struct mqtt_target *target, int opt, int64_t timeout)
{
	switch (opt) {
	case OPT_HOST:
		target->host = cli_value();
		break;
	case OPT_PORT:
		target->port = cli_port_or_die();
		break;
	case OPT_CERT:
		target->cert = cli_value();
		break;
	case OPT_KEY:
		target->key.name = cli_value();
		break;
	case OPT_CA:
		target->ca = cli_value();
		break;
	case OPT_ID:
		target->client_id = cli_value();
		break;
	case OPT_TIMEOUT:
		return cli_span_or_die();
	}
	return timeout;
}

int
main(int argc, char **argv)
{
	struct mqtt_target target = { .port = 8883, .ca = SYSTEM_CA };
	struct mqtt_session *session = NULL;
	int64_t timeout = HTTP_TIMEOUT;
	struct buf id = { 0 };
	int opt;

	cli_start("mqtt-probe", "--host=HOST --cert=FILE --key=FILE",
	    "Tell whether a broker accepts a certificate: it connects, and "
	    "disconnects.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		timeout = take(&target, opt, timeout);
	cli_no_more(argc, argv);
	if (target.host == NULL)
		cli_usage("--host is missing");
	if (target.cert == NULL || target.key.name == NULL)
		cli_usage("--cert and --key are needed");
	if (target.client_id == NULL) {
		if (!x509_file_name(target.cert, &id))
			msg_die_fault();
		target.client_id = buf_text(&id);
	}
	deadline_or_die(timeout, "mqtt-probe", target.host);
	if (!mqtt_connect(&target, &session))
		msg_die_fault();
	mqtt_close(session);
	buf_free(&id);
	return EXIT_YES;
}

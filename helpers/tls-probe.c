/* tls-probe: can this server be reached and trusted?
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "cli.h"
#include "exit.h"
#include "msg.h"
#include "net/http-options.h"
#include "net/http-probe.h"

enum { OPT_URL = CLI_LONG };

static const struct cli_option options[] = {
	{ OPT_URL, "url", "URL", "the server: https://HOST[:PORT]" },
	HTTP_OPTIONS_PAIR,
	HTTP_OPTIONS_WAY,
	{ 0 },
};

static void
check_or_die(const struct http_options *order)
{
	const struct http_request *http = &order->request;

	http_options_server_or_die(http->url, "none is sent");
	http_options_check_or_die(order);
	if (http->cert == NULL && http->key.name != NULL)
		cli_usage("--cert and --key go together");
	if (http_options_inputs(order) > 1)
		cli_usage("-: only one input can be standard input");
}

int
main(int argc, char **argv)
{
	struct http_options order = HTTP_OPTIONS_START;
	bool trusted;
	int opt;

	cli_start("tls-probe", "--url=URL",
	    "Tell whether a server can be reached and trusted: connects, and "
	    "sends nothing.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END) {
		if (opt == OPT_URL)
			order.request.url = cli_value();
		http_options_take_or_die(&order, opt);
	}
	cli_no_more(argc, argv);
	check_or_die(&order);
	trusted = http_options_open(&order) && http_probe(&order.request);
	http_options_close(&order);
	if (!trusted)
		msg_die_fault();
	return EXIT_YES;
}

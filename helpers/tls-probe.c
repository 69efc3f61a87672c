/* tls-probe: can this server be reached and trusted?
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>
#include <string.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "net/http-files.h"
#include "net/http-probe.h"

enum {
	OPT_URL = CLI_LONG,
	OPT_CA,
	OPT_CERT,
	OPT_KEY,
	OPT_PASSPHRASE,
	OPT_PROXY,
	OPT_PROXY_USER,
	OPT_PROXY_PASSWORD,
	OPT_PROXY_CA,
	OPT_CONNECT,
	OPT_TIMEOUT
};

static const struct cli_option options[] = {
	{ OPT_URL, "url", "URL", "the server: https://HOST[:PORT]" },
	{ OPT_CA, "ca", "PATH",
	    "trust anchors for the server: file or directory" },
	{ OPT_CERT, "cert", "FILE",
	    "client certificate: a file or a PKCS#11 URI" },
	{ OPT_KEY, "key", "FILE", "its key: a file or a PKCS#11 URI" },
	{ OPT_PASSPHRASE, "passphrase-file", "FILE",
	    "the key's passphrase, or the PIN of its token" },
	{ OPT_PROXY, "proxy", "URL", "http, https, socks5 or socks5h" },
	{ OPT_PROXY_USER, "proxy-user", "NAME", "Basic authentication there" },
	{ OPT_PROXY_PASSWORD, "proxy-password-file", "FILE", "its first line" },
	{ OPT_PROXY_CA, "proxy-ca", "PATH",
	    "trust anchors for an https proxy" },
	{ OPT_CONNECT, "connect-timeout", "SPAN", "for the connection: 30s" },
	{ OPT_TIMEOUT, "timeout", "SPAN", "for all of it: 120s" },
	{ 0 },
};

struct order {
	struct http_request http;
	const char *passphrase_file;
	const char *proxy_password_file;
};

/* Where in an order the value of an option goes. */
static const struct place {
	int opt;
	size_t at;
} places[] = {
	{ OPT_URL, offsetof(struct order, http.url) },
	{ OPT_CA, offsetof(struct order, http.ca) },
	{ OPT_CERT, offsetof(struct order, http.cert) },
	{ OPT_KEY, offsetof(struct order, http.key.name) },
	{ OPT_PASSPHRASE, offsetof(struct order, passphrase_file) },
	{ OPT_PROXY, offsetof(struct order, http.proxy) },
	{ OPT_PROXY_USER, offsetof(struct order, http.proxy_user) },
	{ OPT_PROXY_PASSWORD, offsetof(struct order, proxy_password_file) },
	{ OPT_PROXY_CA, offsetof(struct order, http.proxy_ca) },
};

static void
take(struct order *order, int opt)
{
	if (opt == OPT_CONNECT)
		order->http.connect_timeout = cli_span_or_die();
	else if (opt == OPT_TIMEOUT)
		order->http.timeout = cli_span_or_die();
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (places[i].opt == opt)
			*(const char **)((char *)order + places[i].at) =
			    cli_value();
}

static void
check_or_die(const struct order *order)
{
	const struct http_request *http = &order->http;
	const char *const inputs[] = { http->ca, http->cert, http->key.name,
		http->proxy_ca, order->passphrase_file,
		order->proxy_password_file };
	int count = 0;

	if (http->url == NULL)
		cli_usage("--url is missing");
	if (!http_is_url(http->url) || strpbrk(http->url, "?#") != NULL)
		cli_usage("--url: %s: not an https URL of a server", http->url);
	if (http_has_login(http->url))
		cli_usage("--url: no user in it: none is sent");
	if (http->proxy != NULL && !http_check_proxy(http->proxy))
		cli_usage("%s", fault_text());
	if ((http->cert == NULL) != (http->key.name == NULL))
		cli_usage("--cert and --key go together");
	if (order->passphrase_file != NULL && http->key.name == NULL)
		cli_usage("--passphrase-file goes with --key");
	if ((http->proxy_user == NULL) != (order->proxy_password_file == NULL))
		cli_usage("--proxy-user and --proxy-password-file go together");
	for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
		count += inputs[i] != NULL && strcmp(inputs[i], "-") == 0;
	if (count > 1)
		cli_usage("-: only one input can be standard input");
}

/* Reads our own files, and goes there. */
static bool
probe(struct order *order)
{
	struct http_request *http = &order->http;
	struct http_files files = { 0 };
	struct buf passphrase = { 0 };
	struct buf password = { 0 };
	bool ok = true;

	if (order->proxy_password_file != NULL) {
		ok = file_read_secret(order->proxy_password_file, &password);
		http->proxy_password = buf_text(&password);
	}
	ok = ok &&
	     key_unlock(&http->key, order->passphrase_file, &passphrase) &&
	     http_name_files(http, &files) && http_probe(http);
	buf_free(&passphrase);
	buf_free(&password);
	http_free_files(&files);
	return ok;
}

int
main(int argc, char **argv)
{
	struct order order = { .http = {
				   .connect_timeout = HTTP_CONNECT_TIMEOUT,
				   .timeout = HTTP_TIMEOUT } };
	int opt;

	cli_start("tls-probe", "--url=URL",
	    "Tell whether a server can be reached and trusted: connects, and "
	    "sends nothing.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take(&order, opt);
	cli_no_more(argc, argv);
	check_or_die(&order);
	if (!probe(&order))
		msg_die_fault();
	return EXIT_YES;
}

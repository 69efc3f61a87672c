/* est-post: one EST exchange (RFC 7030, RFC 8951): request in, certificates
 * out.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cli.h"
#include "csr.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "http.h"
#include "msg.h"
#include "reply.h"
#include "x509.h"

enum {
	OPT_ENROLL = CLI_LONG,
	OPT_REENROLL,
	OPT_URL,
	OPT_USER,
	OPT_PASSWORD,
	OPT_TOKEN,
	OPT_CERT,
	OPT_KEY,
	OPT_CA,
	OPT_SAVE,
	OPT_REPLY,
	OPT_CONNECT,
	OPT_TIMEOUT
};

static const struct cli_option options[] = {
	{ OPT_ENROLL, "enroll", NULL, "ask for a first certificate" },
	{ OPT_REENROLL, "reenroll", NULL, "ask for the next one" },
	{ OPT_URL, "url", "URL", "the server: https://HOST[:PORT]" },
	{ OPT_USER, "user", "NAME", "Basic authentication, with a password" },
	{ OPT_PASSWORD, "password-file", "FILE", "its first line" },
	{ OPT_TOKEN, "token-file", "FILE", "Bearer token: its first line" },
	{ OPT_CERT, "cert", "FILE", "client certificate, with its key" },
	{ OPT_KEY, "key", "FILE", "key of the client certificate" },
	{ OPT_CA, "ca", "PATH",
	    "trust anchors for the server: file or "
	    "directory" },
	{ OPT_SAVE, "save-reply", "FILE",
	    "put the raw answer there, before it is read" },
	{ OPT_REPLY, "reply", "FILE",
	    "read an answer that was saved, and ask no one" },
	{ OPT_CONNECT, "connect-timeout", "SPAN", "for the connection: 30s" },
	{ OPT_TIMEOUT, "timeout", "SPAN", "for all of it: 120s" },
	{ 0 },
};

struct order {
	const char *operation; /* last part of the path */
	const char *url;
	const char *password_file;
	const char *token_file;
	const char *save;
	const char *reply;
	struct http_request http;
};

/* Where the text of an option goes; NULL: it is no text. */
static const char **
text_of(struct order *order, int opt)
{
	switch (opt) {
	case OPT_URL:
		return &order->url;
	case OPT_USER:
		return &order->http.user;
	case OPT_PASSWORD:
		return &order->password_file;
	case OPT_TOKEN:
		return &order->token_file;
	case OPT_CERT:
		return &order->http.cert;
	case OPT_KEY:
		return &order->http.key.name;
	case OPT_CA:
		return &order->http.ca;
	case OPT_SAVE:
		return &order->save;
	case OPT_REPLY:
		return &order->reply;
	default:
		return NULL;
	}
}

static void
take(struct order *order, int opt)
{
	if (text_of(order, opt) != NULL)
		*text_of(order, opt) = cli_value();
	else if (opt == OPT_ENROLL)
		order->operation = "simpleenroll";
	else if (opt == OPT_REENROLL)
		order->operation = "simplereenroll";
	else if (opt == OPT_CONNECT)
		order->http.connect_timeout = cli_span_or_die();
	else if (opt == OPT_TIMEOUT)
		order->http.timeout = cli_span_or_die();
}

static void
check_or_die(const struct order *order)
{
	if (order->reply != NULL)
		return;
	if (order->operation == NULL)
		cli_usage("--enroll or --reenroll is missing");
	if (order->url == NULL)
		cli_usage("--url is missing");
	if (!http_is_url(order->url))
		cli_usage("--url: %s: not an https URL", order->url);
	if ((order->http.user == NULL) != (order->password_file == NULL))
		cli_usage("--user and --password-file go together");
	if ((order->http.cert == NULL) != (order->http.key.name == NULL))
		cli_usage("--cert and --key go together");
	if (order->http.user != NULL && order->token_file != NULL)
		cli_usage("a password or a token, not both");
}

/* Basic authentication ends the user at the first colon (RFC 7617). */
static bool
check_user(const char *user)
{
	if (user == NULL || strchr(user, ':') == NULL)
		return true;
	return fault(EXIT_DATA, "%s: a user name with a colon", user);
}

/* URL/.well-known/est/OPERATION (RFC 7030, 3.2.2), whether URL says the middle
 * already or not. */
static bool
make_url(const struct order *order, struct buf *url)
{
	static const char middle[] = "/.well-known/est";
	size_t len = strlen(order->url);

	while (len > 0 && order->url[len - 1] == '/')
		len--;
	return buf_add(url, order->url, len) &&
	       buf_print(url, "%s/%s",
		   strstr(order->url, middle) != NULL ? "" : middle,
		   order->operation);
}

/* A tenant says the same 401 to a device that is not registered yet and to one
 * whose password is spent: only the caller, who knows whether it was ever
 * answered, can tell, so it is "later". */
static bool
judge(const struct http_request *request, const struct http_reply *reply)
{
	if (http_judge(request, reply))
		return true;
	if (reply->status == 401 && request->user != NULL &&
	    strstr(buf_text(&reply->body), "No newDeviceRequest found") != NULL)
		fault(EXIT_LATER, "%s", fault_text());
	return false;
}

/* Sends CSR and takes the server's answer; what it issued must not be lost any
 * more, so it is on disk before anyone reads it. */
static bool
send_request(struct order *order, gnutls_x509_crq_t csr, struct buf *answer)
{
	struct http_reply reply = { 0 };
	struct buf url = { 0 };
	struct buf body = { 0 };
	bool ok = false;

	if (!make_url(order, &url) || !csr_print_base64(csr, &body))
		goto out;
	order->http.url = buf_text(&url);
	order->http.type = "application/pkcs10";
	order->http.encoding = "base64";
	order->http.body = &body;
	/* room for the answer first: what is issued then is issued once */
	if (order->save != NULL && !file_can_replace(order->save))
		goto out;
	if (!http_post(&order->http, &reply))
		goto out;
	if (!judge(&order->http, &reply)) {
		http_print_wait(&reply);
		goto out;
	}
	if (order->save != NULL && !file_replace(order->save, 0600,
				       buf_text(&reply.body), reply.body.len))
		goto out;
	ok = buf_add(answer, buf_text(&reply.body), reply.body.len);
out:
	http_free(&reply);
	buf_free(&url);
	buf_free(&body);
	return ok;
}

/* The whole exchange, with the secrets in memory for no longer than that. */
static bool
exchange(struct order *order, gnutls_x509_crq_t csr, struct buf *answer)
{
	struct buf password = { 0 };
	struct buf token = { 0 };
	bool ok = false;

	if (!check_user(order->http.user))
		return false;
	if (order->password_file != NULL &&
	    !file_read_secret(order->password_file, &password))
		goto out;
	if (order->token_file != NULL &&
	    !file_read_secret(order->token_file, &token))
		goto out;
	order->http.password = buf_text(&password);
	order->http.token = order->token_file != NULL ? buf_text(&token) : NULL;
	ok = send_request(order, csr, answer);
out:
	buf_free(&password);
	buf_free(&token);
	return ok;
}

int
main(int argc, char **argv)
{
	struct order order = { .http = {
				   .connect_timeout = HTTP_CONNECT_TIMEOUT,
				   .timeout = HTTP_TIMEOUT } };
	gnutls_x509_crq_t csr = NULL;
	struct x509_list certs = { 0 };
	struct buf answer = { 0 };
	struct buf pem = { 0 };
	int opt;

	cli_start("est-post", "{--enroll | --reenroll} --url=URL [REQUEST]",
	    "Send a certificate request to an EST server and print the "
	    "certificates it returns.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take(&order, opt);
	check_or_die(&order);
	if (!csr_read(cli_last_operand(argc, argv, "-"), &csr))
		msg_die_fault();
	if (!(order.reply != NULL ? file_read(order.reply, &answer)
				  : exchange(&order, csr, &answer)))
		msg_die_fault();
	if (!reply_parse(&answer, order.reply != NULL ? order.reply : order.url,
		&certs) ||
	    !reply_sort(&certs, csr) || !x509_print_pem(&certs, &pem) ||
	    !file_print(pem.data, pem.len))
		msg_die_fault();
	buf_free(&pem);
	buf_free(&answer);
	x509_free(&certs);
	csr_free(csr);
	return EXIT_YES;
}

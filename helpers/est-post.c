/* est-post: one EST exchange (RFC 7030, RFC 8951): request in, certificates
 * out.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>
#include <string.h>

#include "buf.h"
#include "cli.h"
#include "csr.h"
#include "est/answer.h"
#include "est/est.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "net/http-options.h"
#include "x509.h"

enum {
	OPT_ENROLL = CLI_LONG, /* the operations, in the order of est.h */
	OPT_REENROLL,
	OPT_CACERTS,
	OPT_CSRATTRS,
	OPT_KEYGEN,
	OPT_URL,
	OPT_LABEL,
	OPT_POP,
	OPT_ANCHORS,
	OPT_FOLLOW,
	OPT_POLL,
	OPT_SAVE,
	OPT_REPLY,
	OPT_KEY_OUT,
	OPT_RAW
};

static const struct cli_option options[] = {
	{ OPT_ENROLL, "enroll", NULL, "ask for a first certificate" },
	{ OPT_REENROLL, "reenroll", NULL, "ask for the next one" },
	{ OPT_CACERTS, "cacerts", NULL, "print the CA's certificates" },
	{ OPT_CSRATTRS, "csrattrs", NULL,
	    "print what the server wants in a request" },
	{ OPT_KEYGEN, "serverkeygen", NULL,
	    "ask for a key and its certificate" },
	{ OPT_URL, "url", "URL", "the server: https://HOST[:PORT]" },
	{ OPT_LABEL, "label", "LABEL", "one of the server's CAs or profiles" },
	HTTP_OPTIONS_WHO,
	{ HTTP_OPT_DIGEST, "digest", NULL, "Digest authentication, not Basic" },
	{ OPT_POP, "pop", NULL,
	    "prove possession of the key where the server wants it" },
	HTTP_OPTIONS_WAY,
	{ OPT_ANCHORS, "anchors", "PATH",
	    "those that the certificate must chain up to" },
	{ OPT_FOLLOW, "follow", NULL, "follow up to 5 redirects" },
	{ OPT_POLL, "poll", "SPAN", "ask again after a 202, for so long" },
	{ OPT_SAVE, "save-reply", "FILE",
	    "put the raw answer there, before it is read" },
	{ OPT_REPLY, "reply", "FILE",
	    "read an answer that was saved, and ask no one" },
	{ OPT_KEY_OUT, "key-out", "FILE",
	    "where the key of --serverkeygen goes" },
	{ OPT_RAW, "raw", NULL, "attributes as base64 of what was sent" },
	{ 0 },
};

struct order {
	struct est_order est;
	struct http_options http;
	struct answer_order answer;
	const char *reply;
};

static const struct cli_place places[] = {
	{ OPT_URL, CLI_TEXT, offsetof(struct order, est.url) },
	{ OPT_LABEL, CLI_TEXT, offsetof(struct order, est.label) },
	{ OPT_POP, CLI_FLAG, offsetof(struct order, est.pop) },
	{ OPT_ANCHORS, CLI_TEXT, offsetof(struct order, answer.anchors) },
	{ OPT_FOLLOW, CLI_FLAG, offsetof(struct order, http.request.follow) },
	{ OPT_POLL, CLI_SPAN, offsetof(struct order, est.poll) },
	{ OPT_SAVE, CLI_TEXT, offsetof(struct order, est.save) },
	{ OPT_REPLY, CLI_TEXT, offsetof(struct order, reply) },
	{ OPT_KEY_OUT, CLI_TEXT, offsetof(struct order, answer.key_out) },
	{ OPT_RAW, CLI_FLAG, offsetof(struct order, answer.raw) },
	{ 0 },
};

static void
take(struct order *order, int opt)
{
	if (opt <= OPT_KEYGEN) {
		if (order->est.operation != EST_NONE)
			cli_usage("one operation at a time");
		order->est.operation = EST_ENROLL + (opt - OPT_ENROLL);
	}
	cli_put_or_die(places, order, opt);
	http_options_take_or_die(&order->http, opt);
}

static void
check_url_or_die(const struct est_order *est)
{
	http_options_server_or_die(est->url, "--user and --password-file");
	if (est->label != NULL && !est_check_label(est->label))
		cli_usage("%s", fault_text());
}

/* The key may be there without a certificate, for its proof alone. */
static void
check_identity_or_die(const struct order *order)
{
	const struct http_request *http = &order->http.request;

	http_options_check_or_die(&order->http);
	if (http->cert == NULL && http->key.name != NULL && !order->est.pop)
		cli_usage("--cert and --key go together; or --pop and --key");
	if (order->est.pop && http->key.name == NULL)
		cli_usage("--pop goes with --key, that of the request");
}

static void
check_or_die(struct order *order)
{
	enum est_operation operation = order->est.operation;
	bool keygen = operation == EST_KEYGEN;

	if (operation == EST_NONE && order->reply == NULL)
		cli_usage("--enroll, --reenroll, --cacerts, --csrattrs or "
			  "--serverkeygen is missing");
	if (operation == EST_NONE)
		order->est.operation = EST_ENROLL;
	if (keygen != (order->answer.key_out != NULL))
		cli_usage("--serverkeygen and --key-out go together");
	if (keygen && strcmp(order->answer.key_out, "-") == 0)
		cli_usage("--key-out: a file: the certificate is on standard "
			  "output");
	if (order->answer.raw && operation != EST_CSRATTRS)
		cli_usage("--raw goes with --csrattrs");
	if (order->answer.anchors != NULL && !est_sends(order->est.operation))
		cli_usage("--anchors goes with what issues a certificate");
	if (order->est.pop && !est_sends(order->est.operation))
		cli_usage("--pop goes with what sends a request");
	if (order->reply != NULL)
		return;
	check_url_or_die(&order->est);
	check_identity_or_die(order);
}

/* Standard input holds one thing. */
static void
check_input_or_die(const struct order *order, const char *request)
{
	const char *const names[] = { order->answer.anchors, order->reply,
		request };
	int count = http_options_inputs(&order->http);

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		count += names[i] != NULL && strcmp(names[i], "-") == 0;
	if (count > 1)
		cli_usage("standard input cannot be two files at once");
}

/* The request as it is in the file, in DER, and what it says. */
static bool
read_request(const char *path, struct buf *der, gnutls_x509_crq_t *csr)
{
	struct buf text = { 0 };
	bool ok;

	ok = file_read(path, &text) &&
	     csr_parse(text.data, text.len, file_name(path), csr) &&
	     est_request(&text, der);
	buf_free(&text);
	return ok;
}

/* The whole exchange, with the secrets in memory for no longer than that. */
static bool
exchange(struct order *order, const struct buf *der, struct buf *answer)
{
	bool ok = http_options_open(&order->http);

	order->est.http = order->http.request;
	ok = ok && est_ask(&order->est, der, answer);
	http_options_close(&order->http);
	return ok;
}

int
main(int argc, char **argv)
{
	struct order order = { .http = HTTP_OPTIONS_START };
	const char *request = NULL;
	struct buf der = { 0 };
	struct buf answer = { 0 };
	struct buf out = { 0 };
	int opt;

	cli_start("est-post",
	    "{--enroll | --reenroll | --cacerts | --csrattrs | --serverkeygen} "
	    "--url=URL [REQUEST]",
	    "Do one exchange with an EST server: a certificate request in, "
	    "certificates out.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take(&order, opt);
	check_or_die(&order);
	if (est_sends(order.est.operation))
		request = cli_last_operand(argc, argv, "-");
	cli_no_more(argc, argv);
	check_input_or_die(&order, request);
	order.answer.operation = order.est.operation;
	if (request != NULL && !read_request(request, &der, &order.answer.csr))
		msg_die_fault();
	if (!answer_prepare(&order.answer) ||
	    !(order.reply != NULL ? file_read(order.reply, &answer)
				  : exchange(&order, &der, &answer)))
		msg_die_fault();
	if (!answer_read(&order.answer, &answer,
		order.reply != NULL ? order.reply : order.est.url, &out) ||
	    !file_print(buf_text(&out), out.len))
		msg_die_fault();
	buf_free(&out);
	buf_free(&answer);
	buf_free(&der);
	csr_free(order.answer.csr);
	x509_free_anchors(order.answer.trust);
	return EXIT_YES;
}

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
#include "net/http-files.h"
#include "x509.h"

enum {
	OPT_ENROLL = CLI_LONG, /* the operations, in the order of est.h */
	OPT_REENROLL,
	OPT_CACERTS,
	OPT_CSRATTRS,
	OPT_KEYGEN,
	OPT_URL,
	OPT_LABEL,
	OPT_USER,
	OPT_PASSWORD,
	OPT_DIGEST,
	OPT_TOKEN,
	OPT_CERT,
	OPT_KEY,
	OPT_PASSPHRASE,
	OPT_POP,
	OPT_CA,
	OPT_ANCHORS,
	OPT_PROXY,
	OPT_PROXY_USER,
	OPT_PROXY_PASSWORD,
	OPT_PROXY_CA,
	OPT_FOLLOW,
	OPT_POLL,
	OPT_SAVE,
	OPT_REPLY,
	OPT_KEY_OUT,
	OPT_RAW,
	OPT_CONNECT,
	OPT_TIMEOUT
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
	{ OPT_USER, "user", "NAME", "Basic authentication, with a password" },
	{ OPT_PASSWORD, "password-file", "FILE", "its first line" },
	{ OPT_DIGEST, "digest", NULL, "Digest authentication instead" },
	{ OPT_TOKEN, "token-file", "FILE", "Bearer token: its first line" },
	{ OPT_CERT, "cert", "FILE",
	    "client certificate: a file or a PKCS#11 URI" },
	{ OPT_KEY, "key", "FILE", "its key: a file or a PKCS#11 URI" },
	{ OPT_PASSPHRASE, "passphrase-file", "FILE",
	    "the key's passphrase, or the PIN of its token" },
	{ OPT_POP, "pop", NULL,
	    "prove possession of the key where the server wants it" },
	{ OPT_CA, "ca", "PATH",
	    "trust anchors for the server: file or "
	    "directory" },
	{ OPT_ANCHORS, "anchors", "PATH",
	    "those that the certificate must chain up to" },
	{ OPT_PROXY, "proxy", "URL", "http, https, socks5 or socks5h" },
	{ OPT_PROXY_USER, "proxy-user", "NAME", "Basic authentication there" },
	{ OPT_PROXY_PASSWORD, "proxy-password-file", "FILE", "its first line" },
	{ OPT_PROXY_CA, "proxy-ca", "PATH",
	    "trust anchors for an https proxy" },
	{ OPT_FOLLOW, "follow", NULL, "follow up to 5 redirects" },
	{ OPT_POLL, "poll", "SPAN", "ask again after a 202, for so long" },
	{ OPT_SAVE, "save-reply", "FILE",
	    "put the raw answer there, before it is read" },
	{ OPT_REPLY, "reply", "FILE",
	    "read an answer that was saved, and ask no one" },
	{ OPT_KEY_OUT, "key-out", "FILE",
	    "where the key of --serverkeygen goes" },
	{ OPT_RAW, "raw", NULL, "attributes as base64 of what was sent" },
	{ OPT_CONNECT, "connect-timeout", "SPAN", "for the connection: 30s" },
	{ OPT_TIMEOUT, "timeout", "SPAN", "for all of one try: 120s" },
	{ 0 },
};

struct order {
	struct est_order est;
	struct answer_order answer;
	const char *password_file;
	const char *token_file;
	const char *passphrase_file;
	const char *proxy_password_file;
	const char *reply;
};

/* The secrets, in memory from when the request was read to the answer. */
struct secrets {
	struct buf password;
	struct buf token;
	struct buf passphrase;
	struct buf proxy_password;
};

/* Where in an order the value of an option goes. */
enum kind { TEXT, FLAG, SPAN };
static const struct place {
	int opt;
	enum kind kind;
	size_t at;
} places[] = {
	{ OPT_URL, TEXT, offsetof(struct order, est.url) },
	{ OPT_LABEL, TEXT, offsetof(struct order, est.label) },
	{ OPT_USER, TEXT, offsetof(struct order, est.http.user) },
	{ OPT_PASSWORD, TEXT, offsetof(struct order, password_file) },
	{ OPT_DIGEST, FLAG, offsetof(struct order, est.http.digest) },
	{ OPT_TOKEN, TEXT, offsetof(struct order, token_file) },
	{ OPT_CERT, TEXT, offsetof(struct order, est.http.cert) },
	{ OPT_KEY, TEXT, offsetof(struct order, est.http.key.name) },
	{ OPT_PASSPHRASE, TEXT, offsetof(struct order, passphrase_file) },
	{ OPT_POP, FLAG, offsetof(struct order, est.pop) },
	{ OPT_CA, TEXT, offsetof(struct order, est.http.ca) },
	{ OPT_ANCHORS, TEXT, offsetof(struct order, answer.anchors) },
	{ OPT_PROXY, TEXT, offsetof(struct order, est.http.proxy) },
	{ OPT_PROXY_USER, TEXT, offsetof(struct order, est.http.proxy_user) },
	{ OPT_PROXY_PASSWORD, TEXT,
	    offsetof(struct order, proxy_password_file) },
	{ OPT_PROXY_CA, TEXT, offsetof(struct order, est.http.proxy_ca) },
	{ OPT_FOLLOW, FLAG, offsetof(struct order, est.http.follow) },
	{ OPT_POLL, SPAN, offsetof(struct order, est.poll) },
	{ OPT_SAVE, TEXT, offsetof(struct order, est.save) },
	{ OPT_REPLY, TEXT, offsetof(struct order, reply) },
	{ OPT_KEY_OUT, TEXT, offsetof(struct order, answer.key_out) },
	{ OPT_RAW, FLAG, offsetof(struct order, answer.raw) },
	{ OPT_CONNECT, SPAN, offsetof(struct order, est.http.connect_timeout) },
	{ OPT_TIMEOUT, SPAN, offsetof(struct order, est.http.timeout) },
};

static void
take(struct order *order, int opt)
{
	if (opt <= OPT_KEYGEN) {
		if (order->est.operation != EST_NONE)
			cli_usage("one operation at a time");
		order->est.operation = EST_ENROLL + (opt - OPT_ENROLL);
	}
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		void *at = (char *)order + places[i].at;

		if (places[i].opt != opt)
			continue;
		if (places[i].kind == TEXT)
			*(const char **)at = cli_value();
		else if (places[i].kind == FLAG)
			*(bool *)at = true;
		else
			*(int64_t *)at = cli_span_or_die();
	}
}

/* What a URL may be; a password in it would be seen by everybody. */
static void
check_url_or_die(const struct est_order *est)
{
	if (est->url == NULL)
		cli_usage("--url is missing");
	if (!http_is_url(est->url) || strpbrk(est->url, "?#") != NULL)
		cli_usage("--url: %s: not an https URL of a server", est->url);
	if (http_has_login(est->url))
		cli_usage("--url: no user in it: --user and --password-file");
	if (est->label != NULL && !est_check_label(est->label))
		cli_usage("%s", fault_text());
	if (est->http.proxy != NULL && !http_check_proxy(est->http.proxy))
		cli_usage("%s", fault_text());
}

static void
check_identity_or_die(const struct order *order)
{
	const struct http_request *http = &order->est.http;

	if ((http->user == NULL) != (order->password_file == NULL))
		cli_usage("--user and --password-file go together");
	if ((http->proxy_user == NULL) != (order->proxy_password_file == NULL))
		cli_usage("--proxy-user and --proxy-password-file go together");
	if (http->user != NULL && order->token_file != NULL)
		cli_usage("a password or a token, not both");
	if (http->digest && http->user == NULL)
		cli_usage("--digest goes with --user");
	if (http->cert != NULL && http->key.name == NULL)
		cli_usage("--cert and --key go together");
	if (http->cert == NULL && http->key.name != NULL && !order->est.pop)
		cli_usage("--cert and --key go together; or --pop and --key");
	if (order->est.pop && http->key.name == NULL)
		cli_usage("--pop goes with --key, that of the request");
	if (order->passphrase_file != NULL && http->key.name == NULL)
		cli_usage("--passphrase-file goes with --key");
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

/* Basic authentication ends the user at the first colon (RFC 7617). */
static bool
check_user(const char *user)
{
	if (user == NULL || strchr(user, ':') == NULL)
		return true;
	return fault(EXIT_DATA, "%s: a user name with a colon", user);
}

/* Standard input holds one thing. */
static void
check_input_or_die(const struct order *order, const char *request)
{
	const char *const names[] = { order->password_file, order->token_file,
		order->passphrase_file, order->proxy_password_file,
		order->est.http.cert, order->est.http.key.name,
		order->est.http.ca, order->est.http.proxy_ca,
		order->answer.anchors, order->reply, request };
	int count = 0;

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

/* The first line of PATH, where one is given, as SECRET. */
static bool
read_secret(const char *path, struct buf *text, const char **secret)
{
	if (path == NULL)
		return true;
	if (!file_read_secret(path, text))
		return false;
	*secret = buf_text(text);
	return true;
}

/* The whole exchange, with the secrets in memory for no longer than that. */
static bool
exchange(struct order *order, const struct buf *der, struct buf *answer)
{
	struct http_request *http = &order->est.http;
	struct secrets secrets = { 0 };
	struct http_files files = { 0 };
	bool ok;

	ok = check_user(http->user) && check_user(http->proxy_user) &&
	     read_secret(
		 order->password_file, &secrets.password, &http->password) &&
	     read_secret(order->token_file, &secrets.token, &http->token) &&
	     read_secret(order->proxy_password_file, &secrets.proxy_password,
		 &http->proxy_password) &&
	     key_unlock(
		 &http->key, order->passphrase_file, &secrets.passphrase) &&
	     http_name_files(http, &files) && est_ask(&order->est, der, answer);
	buf_free(&secrets.password);
	buf_free(&secrets.token);
	buf_free(&secrets.passphrase);
	buf_free(&secrets.proxy_password);
	http_free_files(&files);
	return ok;
}

int
main(int argc, char **argv)
{
	struct order order = { .est.http = {
				   .connect_timeout = HTTP_CONNECT_TIMEOUT,
				   .timeout = HTTP_TIMEOUT } };
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

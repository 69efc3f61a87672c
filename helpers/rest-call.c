/* rest-call: one HTTPS exchange with a REST service.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>
#include <string.h>
#include <gnutls/x509.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "net/http-options.h"
#include "rest/body.h"
#include "rest/outcome.h"
#include "rest/pages.h"
#include "rest/url.h"

enum {
	OPT_METHOD = CLI_LONG,
	OPT_URL,
	OPT_SEGMENT,
	OPT_QUERY,
	OPT_TEXT, /* those of a body, in the order of body.h */
	OPT_TEXT_FILE,
	OPT_JSON,
	OPT_FORM,
	OPT_TYPE,
	OPT_ACCEPT,
	OPT_EXPECT,
	OPT_PAGES,
	OPT_PRINT,
	OPT_PEM,
	OPT_STATUS
};

static const struct cli_option options[] = {
	{ OPT_METHOD, "method", "METHOD",
	    "GET, POST, PUT or DELETE; with a body: POST" },
	{ OPT_URL, "url", "URL", "what is asked: https://HOST[:PORT]/PATH" },
	{ OPT_SEGMENT, "segment", "PART",
	    "add /PART to it, escaped; can be given more than once" },
	{ OPT_QUERY, "query", "KEY=VALUE",
	    "add this behind its '?', escaped; can be given more than once" },
	{ OPT_TEXT, "text", "KEY=VALUE", "body: a JSON member that is text" },
	{ OPT_TEXT_FILE, "text-file", "KEY=FILE",
	    "body: the same, of the text in FILE" },
	{ OPT_JSON, "json", "KEY=VALUE", "body: a member that is any JSON" },
	{ OPT_FORM, "form-file", "KEY=FILE",
	    "body: a form with the file FILE in the field KEY" },
	{ OPT_TYPE, "content-type", "TYPE",
	    "what the body is: application/json" },
	{ OPT_ACCEPT, "accept", "TYPE",
	    "what the answer shall be: application/json" },
	HTTP_OPTIONS_WHO,
	{ HTTP_OPT_NETRC, "netrc", "FILE",
	    "Basic authentication, as FILE says for the host" },
	HTTP_OPTIONS_WAY,
	{ OPT_EXPECT, "expect", "STATUSES", "the good statuses: 2xx" },
	{ OPT_PAGES, "pages", "MEMBER",
	    "all pages of a list as one, whose items are in MEMBER" },
	{ OPT_PRINT, "print", "MEMBER",
	    "print this member of the answer alone: NAME.NAME" },
	{ OPT_PEM, "pem", "LABEL", "print the answer in PEM, as a LABEL" },
	{ OPT_STATUS, "status", NULL, "print the status, not the answer" },
	{ 0 },
};

struct order {
	struct http_options http;
	struct url url;
	struct body members;
	const char *form; /* KEY=FILE */
	const char *body; /* a file */
	const char *expect;
	const char *pages;
	const char *print;
	const char *pem;
	bool status;
};

static const struct cli_place places[] = {
	{ OPT_METHOD, CLI_TEXT, offsetof(struct order, http.request.method) },
	{ OPT_URL, CLI_TEXT, offsetof(struct order, url.base) },
	{ OPT_FORM, CLI_TEXT, offsetof(struct order, form) },
	{ OPT_TYPE, CLI_TEXT, offsetof(struct order, http.request.type) },
	{ OPT_ACCEPT, CLI_TEXT, offsetof(struct order, http.request.accept) },
	{ OPT_EXPECT, CLI_TEXT, offsetof(struct order, expect) },
	{ OPT_PAGES, CLI_TEXT, offsetof(struct order, pages) },
	{ OPT_PRINT, CLI_TEXT, offsetof(struct order, print) },
	{ OPT_PEM, CLI_TEXT, offsetof(struct order, pem) },
	{ OPT_STATUS, CLI_FLAG, offsetof(struct order, status) },
	{ 0 },
};

static void
take(struct order *order, int opt)
{
	bool ok = true;

	if (opt >= OPT_TEXT && opt <= OPT_JSON)
		ok = body_add(
		    &order->members, BODY_TEXT + (opt - OPT_TEXT), cli_value());
	else if (opt == OPT_SEGMENT)
		ok = url_add_segment(&order->url, cli_value());
	else if (opt == OPT_QUERY)
		ok = url_add_query(&order->url, cli_value());
	if (!ok)
		cli_usage("%s", fault_text());
	cli_put_or_die(places, order, opt);
	http_options_take_or_die(&order->http, opt);
}

static void
check_url_or_die(const struct url *url)
{
	if (url->base == NULL)
		cli_usage("--url is missing");
	if (!http_is_url(url->base) || strchr(url->base, '#') != NULL)
		cli_usage("--url: %s: not an https URL", url->base);
	if (http_has_login(url->base))
		cli_usage("--url: no user in it: --user and --password-file");
	if (url->segments.len > 0 && strchr(url->base, '?') != NULL)
		cli_usage("--segment: no part of a path behind a '?'");
}

/* How many bodies are described. */
static int
bodies(const struct order *order)
{
	return (order->body != NULL) + (order->members.count > 0) +
	       (order->form != NULL);
}

static void
check_method_or_die(const struct order *order)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "DELETE" };
	const char *method = order->http.request.method;
	size_t i = 0;

	if (order->form != NULL &&
	    (order->form[0] == '=' || strchr(order->form, '=') == NULL))
		cli_usage("--form-file: %s: not KEY=FILE", order->form);
	if (bodies(order) > 1)
		cli_usage("a body from a file, from options or of a form, not "
			  "more than one");
	if (order->pages != NULL && (method != NULL || bodies(order) > 0))
		cli_usage("--pages: of what is asked for by a plain GET");
	if (method == NULL)
		return;
	while (i < sizeof methods / sizeof methods[0] &&
	       strcmp(method, methods[i]) != 0)
		i++;
	if (i == sizeof methods / sizeof methods[0])
		cli_usage(
		    "--method: %s: none of GET, POST, PUT, DELETE", method);
	if (bodies(order) > 0 && method[0] != 'P')
		cli_usage("--method: %s goes without a body", method);
}

/* The file of the form. */
static const char *
form_file(const struct order *order)
{
	return strchr(order->form, '=') + 1;
}

/* How many of the files are standard input. */
static int
inputs(const struct order *order)
{
	return http_options_inputs(&order->http) +
	       body_inputs(&order->members) +
	       (order->body != NULL && strcmp(order->body, "-") == 0) +
	       (order->form != NULL && strcmp(form_file(order), "-") == 0);
}

static void
check_or_die(const struct order *order)
{
	const struct http_request *http = &order->http.request;

	check_url_or_die(&order->url);
	check_method_or_die(order);
	http_options_check_or_die(&order->http);
	if (http->cert == NULL && http->key.name != NULL)
		cli_usage("--cert and --key go together");
	if (!outcome_check(order->expect))
		cli_usage("%s", fault_text());
	if (order->status + (order->print != NULL) + (order->pem != NULL) +
		(order->pages != NULL) >
	    1)
		cli_usage("--pages, --print, --pem or --status, not two of "
			  "them");
	if (inputs(order) > 1)
		cli_usage("standard input cannot be two files at once");
}

/* A login that a file has for some hosts is sent to no other, and nothing says
 * so. */
static bool
judge(const struct order *order, const struct http_reply *reply)
{
	const struct http_request *http = &order->http.request;

	if (outcome_has(order->expect, reply->status))
		return true;
	if (reply->status == 401 && http->netrc != NULL)
		msg_warn("%s: has no login for this host, or a wrong one",
		    file_name(http->netrc));
	if (!http_judge(http, reply))
		http_print_wait(reply);
	else
		fault(EXIT_UNTRUSTED,
		    "%s: status %ld, which --expect does "
		    "not have",
		    http->url, reply->status);
	return false;
}

static bool
print_pem(const struct buf *body, const char *label, struct buf *out)
{
	gnutls_datum_t bytes = { body->data, (unsigned)body->len };
	gnutls_datum_t pem = { NULL, 0 };
	bool ok;

	if (gnutls_pem_base64_encode2(label, &bytes, &pem) < 0)
		return fault_memory();
	ok = buf_add(out, pem.data, pem.size);
	gnutls_free(pem.data);
	return ok;
}

/* Sends what is in the request but for its URL, and judges the answer. */
static bool
ask(struct order *order, struct http_session *session, long page,
    struct http_reply *reply)
{
	struct http_request *http = &order->http.request;
	struct buf url = { 0 };
	bool ok = url_print(&order->url, page, &url);

	http->url = buf_text(&url);
	ok = ok && http_send(session, http, reply) && judge(order, reply);
	http->url = order->url.base;
	buf_free(&url);
	return ok;
}

static bool
ask_once(struct order *order, struct http_session *session, struct buf *out)
{
	struct http_reply reply = { .retry_after = -1 };
	bool ok = ask(order, session, 0, &reply);

	if (ok && order->status)
		ok = buf_print(out, "%ld\n", reply.status);
	else if (ok && order->print != NULL)
		ok = outcome_pick(
		    &reply.body, order->print, order->url.base, out);
	else if (ok && order->pem != NULL)
		ok = print_pem(&reply.body, order->pem, out);
	else if (ok)
		ok = buf_add(out, buf_text(&reply.body), reply.body.len);
	http_free(&reply);
	return ok;
}

/* One page after the other, until one is the last, or the time is over. */
static bool
ask_pages(struct order *order, struct http_session *session, struct buf *out)
{
	json_t *items = json_array();
	bool more = true;
	bool ok = items != NULL || fault_memory();

	for (long page = 1; ok && more; page++) {
		struct http_reply reply = { .retry_after = -1 };

		ok = ask(order, session, page, &reply) &&
		     pages_take(&reply.body, order->pages, order->url.base,
			 items, &more);
		http_free(&reply);
	}
	ok = ok && pages_print(items, order->pages, out);
	json_decref(items);
	return ok;
}

static bool
exchange(struct order *order, const struct buf *body, struct buf *out)
{
	struct http_session *session = NULL;
	struct http_request *http = &order->http.request;
	bool ok;

	http->url = order->url.base;
	http->body = body->data != NULL ? body : NULL;
	ok = http_options_open(&order->http) && http_open(http, &session);
	if (ok)
		ok = order->pages != NULL ? ask_pages(order, session, out)
					  : ask_once(order, session, out);
	http_close(session);
	http_options_close(&order->http);
	return ok;
}

/* The form calls its file what it is called here, without where it is; what has no
 * name has that of the field. */
static bool
make_form(struct order *order, struct buf *field, struct buf *body)
{
	struct http_request *http = &order->http.request;
	const char *file = form_file(order);
	const char *slash = strrchr(file, '/');

	if (!buf_add(field, order->form, strcspn(order->form, "=")) ||
	    !file_read(file, body))
		return false;
	http->field = buf_text(field);
	http->filename = strcmp(file, "-") == 0 ? http->field
			 : slash != NULL        ? slash + 1
						: file;
	return true;
}

static bool
make_body(struct order *order, struct buf *field, struct buf *body)
{
	struct http_request *http = &order->http.request;

	if (order->form != NULL)
		return make_form(order, field, body);
	if (http->type == NULL)
		http->type = "application/json";
	if (order->body != NULL)
		return file_read(order->body, body);
	return order->members.count == 0 || body_print(&order->members, body);
}

int
main(int argc, char **argv)
{
	struct order order = { .http = HTTP_OPTIONS_START, .expect = "2xx" };
	struct buf field = { 0 };
	struct buf body = { 0 };
	struct buf out = { 0 };
	bool done;
	int opt;

	order.http.request.accept = "application/json";
	cli_start("rest-call", "--url=URL [BODY]",
	    "Do one HTTPS exchange with a REST service, and print its answer.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take(&order, opt);
	order.body = cli_last_operand(argc, argv, NULL);
	check_or_die(&order);
	if (!make_body(&order, &field, &body)) {
		if (fault_code() == EXIT_USAGE)
			cli_usage("%s", fault_text());
		msg_die_fault();
	}
	done = exchange(&order, &body, &out);
	buf_free(&body);
	if (!done || !file_print(buf_text(&out), out.len))
		msg_die_fault();
	url_free(&order.url);
	body_free(&order.members);
	buf_free(&field);
	buf_free(&out);
	return EXIT_YES;
}

/* rest-call: one HTTPS exchange with a REST service.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>
#include <string.h>
#include <curl/curl.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "net/http-options.h"
#include "rest/body.h"
#include "rest/outcome.h"

enum {
	OPT_METHOD = CLI_LONG,
	OPT_URL,
	OPT_SEGMENT,
	OPT_TEXT, /* those of a body, in the order of body.h */
	OPT_TEXT_FILE,
	OPT_JSON,
	OPT_TYPE,
	OPT_ACCEPT,
	OPT_EXPECT,
	OPT_PRINT,
	OPT_STATUS
};

static const struct cli_option options[] = {
	{ OPT_METHOD, "method", "METHOD",
	    "GET, POST, PUT or DELETE; with a body: POST" },
	{ OPT_URL, "url", "URL", "what is asked: https://HOST[:PORT]/PATH" },
	{ OPT_SEGMENT, "segment", "PART",
	    "add /PART to it, escaped; can be given more than once" },
	{ OPT_TEXT, "text", "KEY=VALUE", "body: a JSON member that is text" },
	{ OPT_TEXT_FILE, "text-file", "KEY=FILE",
	    "body: the same, of the text in FILE" },
	{ OPT_JSON, "json", "KEY=VALUE", "body: a member that is any JSON" },
	{ OPT_TYPE, "content-type", "TYPE",
	    "what the body is: application/json" },
	{ OPT_ACCEPT, "accept", "TYPE",
	    "what the answer shall be: application/json" },
	HTTP_OPTIONS_WHO,
	{ HTTP_OPT_NETRC, "netrc", "FILE",
	    "Basic authentication, as FILE says for the host" },
	HTTP_OPTIONS_WAY,
	{ OPT_EXPECT, "expect", "STATUSES", "the good statuses: 2xx" },
	{ OPT_PRINT, "print", "MEMBER",
	    "print this member of the answer alone: NAME.NAME" },
	{ OPT_STATUS, "status", NULL, "print the status, not the answer" },
	{ 0 },
};

struct order {
	struct http_options http;
	const char *url;
	struct buf segments;
	struct body members;
	const char *body; /* a file */
	const char *expect;
	const char *print;
	bool status;
};

static const struct cli_place places[] = {
	{ OPT_METHOD, CLI_TEXT, offsetof(struct order, http.request.method) },
	{ OPT_URL, CLI_TEXT, offsetof(struct order, url) },
	{ OPT_TYPE, CLI_TEXT, offsetof(struct order, http.request.type) },
	{ OPT_ACCEPT, CLI_TEXT, offsetof(struct order, http.request.accept) },
	{ OPT_EXPECT, CLI_TEXT, offsetof(struct order, expect) },
	{ OPT_PRINT, CLI_TEXT, offsetof(struct order, print) },
	{ OPT_STATUS, CLI_FLAG, offsetof(struct order, status) },
	{ 0 },
};

/* What would lead to another place of the server is no part of a path. */
static bool
add_segment(struct buf *segments, const char *part)
{
	char *escaped;
	bool ok;

	if (part[0] == '\0' || strcmp(part, ".") == 0 ||
	    strcmp(part, "..") == 0)
		return fault(
		    EXIT_USAGE, "--segment: '%s': not a part of a path", part);
	escaped = curl_easy_escape(NULL, part, 0);
	ok = escaped != NULL ? buf_print(segments, "/%s", escaped)
			     : fault_memory();
	curl_free(escaped);
	return ok;
}

static void
take(struct order *order, int opt)
{
	bool ok = true;

	if (opt >= OPT_TEXT && opt <= OPT_JSON)
		ok = body_add(
		    &order->members, BODY_TEXT + (opt - OPT_TEXT), cli_value());
	else if (opt == OPT_SEGMENT)
		ok = add_segment(&order->segments, cli_value());
	if (!ok)
		cli_usage("%s", fault_text());
	cli_put_or_die(places, order, opt);
	http_options_take_or_die(&order->http, opt);
}

static void
check_url_or_die(const struct order *order)
{
	if (order->url == NULL)
		cli_usage("--url is missing");
	if (!http_is_url(order->url) || strchr(order->url, '#') != NULL)
		cli_usage("--url: %s: not an https URL", order->url);
	if (http_has_login(order->url))
		cli_usage("--url: no user in it: --user and --password-file");
	if (order->segments.len > 0 && strchr(order->url, '?') != NULL)
		cli_usage("--segment: no part of a path behind a '?'");
}

static void
check_method_or_die(const struct order *order)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "DELETE" };
	const char *method = order->http.request.method;
	size_t i = 0;

	if (order->body != NULL && order->members.count > 0)
		cli_usage("a body from a file or from options, not both");
	if (method == NULL)
		return;
	while (i < sizeof methods / sizeof methods[0] &&
	       strcmp(method, methods[i]) != 0)
		i++;
	if (i == sizeof methods / sizeof methods[0])
		cli_usage(
		    "--method: %s: none of GET, POST, PUT, DELETE", method);
	if ((order->body != NULL || order->members.count > 0) &&
	    method[0] != 'P')
		cli_usage("--method: %s goes without a body", method);
}

static void
check_or_die(const struct order *order)
{
	const struct http_request *http = &order->http.request;

	check_url_or_die(order);
	check_method_or_die(order);
	http_options_check_or_die(&order->http);
	if (http->cert == NULL && http->key.name != NULL)
		cli_usage("--cert and --key go together");
	if (!outcome_check(order->expect))
		cli_usage("%s", fault_text());
	if (order->status && order->print != NULL)
		cli_usage("--status or --print, not both");
	if (http_options_inputs(&order->http) + body_inputs(&order->members) +
		(order->body != NULL && strcmp(order->body, "-") == 0) >
	    1)
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
exchange(struct order *order, const struct buf *url, const struct buf *body,
    struct buf *out)
{
	struct http_reply reply = { .retry_after = -1 };
	struct http_request *http = &order->http.request;
	bool ok;

	http->url = buf_text(url);
	http->body = body->data != NULL ? body : NULL;
	ok = http_options_open(&order->http) && http_post(http, &reply);
	http_options_close(&order->http);
	ok = ok && judge(order, &reply);
	if (ok && order->status)
		ok = buf_print(out, "%ld\n", reply.status);
	else if (ok && order->print != NULL)
		ok = outcome_pick(&reply.body, order->print, http->url, out);
	else if (ok)
		ok = buf_add(out, buf_text(&reply.body), reply.body.len);
	http_free(&reply);
	return ok;
}

/* One slash between what --url and --segment say. */
static bool
make_url(const struct order *order, struct buf *url)
{
	size_t len = strlen(order->url);

	while (order->segments.len > 0 && order->url[len - 1] == '/')
		len--;
	return buf_add(url, order->url, len) &&
	       buf_print(url, "%s", buf_text(&order->segments));
}

static bool
make_body(const struct order *order, struct buf *body)
{
	if (order->body != NULL)
		return file_read(order->body, body);
	return order->members.count == 0 || body_print(&order->members, body);
}

int
main(int argc, char **argv)
{
	struct order order = { .http = HTTP_OPTIONS_START, .expect = "2xx" };
	struct buf url = { 0 };
	struct buf body = { 0 };
	struct buf out = { 0 };
	bool done;
	int opt;

	order.http.request.type = "application/json";
	order.http.request.accept = "application/json";
	cli_start("rest-call", "--url=URL [BODY]",
	    "Do one HTTPS exchange with a REST service, and print its answer.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take(&order, opt);
	order.body = cli_last_operand(argc, argv, NULL);
	check_or_die(&order);
	if (!make_url(&order, &url))
		msg_die_fault();
	if (!make_body(&order, &body)) {
		if (fault_code() == EXIT_USAGE)
			cli_usage("%s", fault_text());
		msg_die_fault();
	}
	done = exchange(&order, &url, &body, &out);
	buf_free(&body);
	if (!done || !file_print(buf_text(&out), out.len))
		msg_die_fault();
	buf_free(&order.segments);
	body_free(&order.members);
	buf_free(&url);
	buf_free(&out);
	return EXIT_YES;
}

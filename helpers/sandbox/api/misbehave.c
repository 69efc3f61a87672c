/* misbehave.c: EST requests that go wrong because somebody wants it so.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "fault.h"
#include "sandbox/api/answer.h"
#include "sandbox/api/misbehave.h"
#include "sandbox/http/raw.h"
#include "sandbox/state/device.h"
#include "sandbox/state/settings.h"

enum {
	HUGE_BYTES = 100 * 1024 * 1024,
	BLOCK = 64 * 1024,
	SURPLUS = 64, /* what Content-Length is wrong by */
	TRICKLES = 50 /* pieces of a body that trickles */
};

/* What a status goes with; an ERROR of NULL is an HTML page of a proxy. */
static const struct reply {
	unsigned status;
	const char *error;
	const char *message;
} replies[FAULT_KINDS] = {
	[FAULT_PENDING] = { 202, NULL, NULL },
	[FAULT_PENDING_DATE] = { 202, NULL, NULL },
	[FAULT_UNREGISTERED] = { 401, "security/Unauthorized",
	    ANSWER_NO_REQUEST },
	[FAULT_BUSY] = { 503, "general/unavailable",
	    "The service is busy, try again later" },
	[FAULT_REFUSED] = { 403, "security/Forbidden", "Access is denied" },
	[FAULT_FEATURE_OFF] = { 404, NULL, "Not Found" },
	[FAULT_NO_CA] = { 404, "general/notFound", ANSWER_NO_KEYPAIR },
	[FAULT_ERROR] = { 500, "general/internalError",
	    "Something failed on the server" },
	[FAULT_BAD_GATEWAY] = { 502, NULL, "Bad Gateway" },
	[FAULT_UNAVAILABLE] = { 503, NULL, "Service Temporarily Unavailable" },
	[FAULT_GATEWAY_TIMEOUT] = { 504, NULL, "Gateway Time-out" },
	[FAULT_REDIRECT_HTTP] = { 307, NULL, "Temporary Redirect" },
	[FAULT_REDIRECT_HOST] = { 307, NULL, "Temporary Redirect" },
	/* nobody is expected to be there for it any more */
	[FAULT_SILENT] = { 503, "general/unavailable",
	    "The server was told to be silent" },
	[FAULT_LOST] = { 503, "general/unavailable",
	    "The server was told to be silent" },
};

/* The device that the login names, "" where there is none. */
static bool
claimed_device(struct exchange *x, struct buf *id)
{
	static const char scheme[] = "Bearer ";
	static const char prefix[] = TOKEN_TENANT "/" DEVICE_USER;
	const char *login = exchange_header(x, "Authorization");
	const char *name = x->request->auth_basic_user;
	const char *user = strchr(prefix, '/') + 1;

	if (login != NULL &&
	    strncasecmp(login, scheme, sizeof scheme - 1) == 0) {
		login += sizeof scheme - 1;
		login += strspn(login, " ");
		return token_check(&x->tenant->jwt, login, id) || id->len == 0;
	}
	if (name == NULL)
		return true;
	if (strncmp(name, prefix, sizeof prefix - 1) == 0)
		name += sizeof prefix - 1;
	else if (strncmp(name, user, strlen(user)) == 0)
		name += strlen(user);
	return buf_add(id, name, strlen(name));
}

bool
misbehave_draw(struct exchange *exchange, struct fault_taken *taken)
{
	struct store *store = &exchange->tenant->store;
	bool any;

	*taken = (struct fault_taken){ FAULT_NONE, 0 };
	if (!faults_any(store, &any))
		return false;
	if (!any)
		return true;
	if (!claimed_device(exchange, &exchange->device) ||
	    !faults_take(store, buf_text(&exchange->device), taken))
		return false;
	if (taken->kind != FAULT_NONE)
		exchange->note = faults_row(taken->kind)->name;
	return true;
}

static bool
answer_page(struct exchange *x, const struct reply *reply)
{
	struct buf page = { 0 };
	bool ok;

	ok =
	    buf_print(&page,
		"<html>\r\n<head><title>%u %s</title></head>\r\n<body>\r\n"
		"<h1>%u %s</h1>\r\n</body>\r\n</html>\r\n",
		reply->status, reply->message, reply->status, reply->message) &&
	    exchange_answer(x, reply->status, "text/html", page.data, page.len);
	buf_free(&page);
	return ok;
}

static bool
answer_reply(struct exchange *x, enum fault_kind kind)
{
	const struct reply *reply = &replies[kind];

	if (reply->error != NULL) {
		exchange_refuse(x, reply->status, reply->error, reply->message);
		return true;
	}
	if (reply->message != NULL)
		return answer_page(x, reply);
	return exchange_answer(x, reply->status, NULL, NULL, 0);
}

/* Retry-After in either form (RFC 9110, 10.2.3). */
static bool
answer_later(struct exchange *x, const struct fault_taken *taken)
{
	time_t then = time(NULL) + (time_t)taken->seconds;
	char date[sizeof "Thu, 01 Jan 1970 00:00:00 GMT"];
	struct buf value = { 0 };
	struct tm tm;
	bool ok;

	gmtime_r(&then, &tm);
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	ok = taken->kind == FAULT_PENDING_DATE
		 ? buf_print(&value, "%s", date)
		 : buf_print(&value, "%lld", (long long)taken->seconds);
	ok = ok && exchange_add_header(x, "Retry-After", buf_text(&value)) &&
	     answer_reply(x, taken->kind);
	buf_free(&value);
	return ok;
}

/* To another name of this machine: whoever follows is seen in the log. */
static bool
answer_redirect(struct exchange *x, enum fault_kind kind)
{
	const char *host = exchange_host(x);
	const char *port = strrchr(host, ':');
	struct buf to = { 0 };
	bool ok;

	if (port == NULL || strchr(port, ']') != NULL)
		port = "";
	if (kind == FAULT_REDIRECT_HTTP)
		ok = buf_print(&to, "http://%s%s", host, x->request->url_path);
	else
		ok = buf_print(&to, "https://%s%s%s",
		    strncmp(host, "localhost", 9) == 0 ? "127.0.0.1"
						       : "localhost",
		    port, x->request->url_path);
	ok = ok && exchange_add_header(x, "Location", buf_text(&to)) &&
	     answer_reply(x, kind);
	buf_free(&to);
	return ok;
}

static bool
answer_short_ca(struct exchange *x)
{
	int64_t status;

	if (!settings_number(&x->tenant->store, SETTING_ENROL_NO_CA, &status))
		return false;
	exchange_refuse(x, (unsigned)status, "general/validationError",
	    ANSWER_NO_AUTHORITY);
	return true;
}

/* A body where a certificate should be. */
static bool
answer_other(struct exchange *x, enum fault_kind kind)
{
	struct buf body = { 0 };
	bool ok;

	if (kind == FAULT_EMPTY_SET)
		ok = answer_print(x, NULL, &body);
	else
		ok = buf_print(&body, "%s",
		    kind == FAULT_GARBAGE ? "This is no certificate.\n"
					  : "VGhpcyBpcyBubyBQS0NTIzcu\n");
	ok = ok && answer_body(x, &body);
	buf_free(&body);
	return ok;
}

/* What stands before a body of LEN bytes, as it says. */
static bool
send_head(struct exchange *x, size_t len)
{
	struct buf head = { 0 };
	int64_t status;
	bool ok;

	ok = answer_status(x, &status) &&
	     buf_print(&head,
		 "HTTP/1.1 %lld OK\r\nContent-Type: %s\r\n"
		 "Content-Transfer-Encoding: base64\r\n"
		 "Content-Length: %zu\r\n\r\n",
		 (long long)status, answer_media(x), len) &&
	     raw_send(x, head.data, head.len);
	buf_free(&head);
	return ok;
}

/* For the log, and as what the library may try to send behind our back. */
static bool
close_answer(struct exchange *x)
{
	raw_end(x);
	return exchange_answer(x, 200, NULL, NULL, 0);
}

static bool
answer_huge(struct exchange *x)
{
	char *block = malloc(BLOCK);
	bool ok;

	if (block == NULL)
		return fault_memory();
	memset(block, 'A', BLOCK);
	ok = send_head(x, HUGE_BYTES);
	for (size_t sent = 0; ok && sent < HUGE_BYTES; sent += BLOCK)
		ok = raw_send(x, block, BLOCK);
	free(block);
	return close_answer(x);
}

/* Sends all of BODY in SECONDS. */
static void
trickle(struct exchange *x, const struct buf *body, int64_t seconds)
{
	size_t step = body->len / TRICKLES + 1;
	unsigned pause = (unsigned)(seconds * 1000 / TRICKLES);
	bool ok = send_head(x, body->len);

	for (size_t at = 0; ok && at < body->len; at += step) {
		size_t left = body->len - at;

		if (at > 0)
			tenant_idle_ms(x->tenant, pause);
		ok = raw_send(x, body->data + at, left < step ? left : step);
	}
}

bool
misbehave_first(struct exchange *exchange, const struct fault_taken *taken)
{
	switch (taken->kind) {
	case FAULT_SLOW:
		tenant_idle(exchange->tenant, (unsigned)taken->seconds);
		return false;
	case FAULT_SILENT:
		tenant_idle(exchange->tenant, (unsigned)taken->seconds);
		return answer_reply(exchange, taken->kind);
	case FAULT_LOST:
		return false;
	case FAULT_PENDING:
	case FAULT_PENDING_DATE:
	case FAULT_BUSY:
		return answer_later(exchange, taken);
	case FAULT_REDIRECT_HTTP:
	case FAULT_REDIRECT_HOST:
		return answer_redirect(exchange, taken->kind);
	case FAULT_CA_TOO_SHORT:
		return answer_short_ca(exchange);
	case FAULT_GARBAGE:
	case FAULT_NOT_PKCS7:
	case FAULT_EMPTY_SET:
		return answer_other(exchange, taken->kind);
	case FAULT_HUGE:
		return answer_huge(exchange);
	default:
		return replies[taken->kind].status != 0 &&
		       answer_reply(exchange, taken->kind);
	}
}

bool
misbehave_deliver(struct exchange *exchange, const struct fault_taken *taken,
    const struct buf *body)
{
	switch (taken->kind) {
	case FAULT_LOST:
		tenant_idle(exchange->tenant, (unsigned)taken->seconds);
		return answer_reply(exchange, taken->kind);
	case FAULT_TRICKLE:
		trickle(exchange, body, taken->seconds);
		break;
	case FAULT_HALF:
	case FAULT_RESET:
		if (send_head(exchange, body->len) &&
		    raw_send(exchange, body->data, body->len / 2) &&
		    taken->kind == FAULT_RESET)
			raw_reset(exchange);
		break;
	case FAULT_TOO_LONG:
		if (send_head(exchange, body->len + SURPLUS))
			raw_send(exchange, body->data, body->len);
		break;
	case FAULT_TOO_SHORT:
		if (send_head(exchange, body->len - SURPLUS))
			raw_send(exchange, body->data, body->len);
		break;
	default:
		return answer_body(exchange, body);
	}
	return close_answer(exchange);
}

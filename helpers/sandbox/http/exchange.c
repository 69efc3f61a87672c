/* exchange.c: one HTTP request and the tenant's answer to it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "fault.h"
#include "msg.h"
#include "sandbox/http/exchange.h"
#include "sandbox/http/listener.h"
#include "sandbox/state/log.h"
#include "sandbox/state/token.h"

/* ulfius shows its callbacks a client's certificate alone, and only one that it
 * trusts itself; each connection is a thread of its own */
static _Thread_local gnutls_session_t session;
static _Thread_local int connection_socket;

void *
exchange_begin(void *cls, const char *uri, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);

	session = info != NULL ? info->tls_session : NULL;
	info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	connection_socket = info != NULL ? info->connect_fd : -1;
	return ulfius_uri_logger(cls, uri);
}

/* Microseconds since START. */
static int64_t
since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)(now.tv_sec - start->tv_sec) * 1000000 +
	       (now.tv_nsec - start->tv_nsec) / 1000;
}

static void
write_log(struct exchange *x, const struct timespec *start)
{
	const struct log_entry entry = { .port = x->port,
		.method = x->request->http_verb,
		.path = x->request->url_path,
		.device = buf_text(&x->device),
		.status = x->response->status,
		.took = since(start),
		.note = x->note != NULL ? x->note : "" };

	msg_warn("%s %s %s %ld", entry.method, entry.path,
	    x->device.len > 0 ? entry.device : "-", x->response->status);
	if (!log_add(&x->tenant->store, &entry))
		msg_warn("%s", fault_text());
}

static bool
handle(const struct binding *bound, struct exchange *x)
{
	return (bound->guard == NULL || bound->guard(x)) &&
	       bound->route->handle(x);
}

int
exchange_run(
    const struct _u_request *request, struct _u_response *response, void *data)
{
	const struct binding *bound = data;
	struct exchange exchange = { .tenant = bound->tenant,
		.request = request,
		.response = response,
		.tls = session,
		.socket = connection_socket,
		.port = bound->port,
		.listens = listener_port(bound->listener),
		.files = bound->files };
	struct timespec start;

	clock_gettime(CLOCK_MONOTONIC, &start);
	pthread_mutex_lock(&bound->tenant->lock);
	if (!handle(bound, &exchange) && !exchange.answered) {
		msg_warn("%s", fault_text());
		exchange_refuse(&exchange, 500, "general/internalError",
		    "The sandbox failed, its log says why");
	}
	if (!exchange.quiet)
		write_log(&exchange, &start);
	pthread_mutex_unlock(&bound->tenant->lock);
	buf_free(&exchange.device);
	buf_free(&exchange.user);
	return U_CALLBACK_COMPLETE;
}

bool
exchange_not_found(struct exchange *exchange)
{
	return exchange_refuse(
	    exchange, 404, "general/notFound", "There is nothing on this path");
}

const char *
exchange_header(const struct exchange *exchange, const char *name)
{
	return u_map_get_case(exchange->request->map_header, name);
}

bool
exchange_add_header(
    struct exchange *exchange, const char *name, const char *value)
{
	return ulfius_add_header_to_response(exchange->response, name, value) ==
		   U_OK ||
	       fault_memory();
}

bool
exchange_answer(struct exchange *exchange, unsigned status, const char *media,
    const void *body, size_t len)
{
	int rc;

	exchange->answered = true;
	if (len == 0)
		rc = ulfius_set_empty_body_response(exchange->response, status);
	else
		rc = ulfius_set_binary_body_response(
		    exchange->response, status, body, len);
	if (rc == U_OK &&
	    (len == 0 || exchange_add_header(exchange, "Content-Type", media)))
		return true;
	/* no memory for a word more than the status */
	exchange->response->status = 500;
	return fault_memory();
}

bool
exchange_answer_json(
    struct exchange *exchange, unsigned status, const char *media, json_t *json)
{
	char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
	bool ok;

	ok = text != NULL
		 ? exchange_answer(exchange, status, media, text, strlen(text))
		 : exchange_answer(exchange, 500, NULL, NULL, 0);
	json_decref(json);
	o_free(text);
	return ok;
}

bool
exchange_answer_change(
    struct exchange *exchange, unsigned status, const char *media, json_t *json)
{
	if (json == NULL || exchange_header(exchange, "Accept") != NULL)
		return exchange_answer_json(exchange, status, media, json);
	json_decref(json);
	return exchange_answer(exchange, status, NULL, NULL, 0);
}

bool
exchange_refuse(struct exchange *exchange, unsigned status, const char *error,
    const char *message)
{
	exchange_answer_json(exchange, status,
	    "application/vnd.com.nsn.cumulocity.error+json",
	    json_pack("{s:s, s:s}", "error", error, "message", message));
	return false;
}

bool
exchange_unauthorized(struct exchange *exchange, const char *message)
{
	if (exchange->challenge != NULL &&
	    !exchange_add_header(
		exchange, "WWW-Authenticate", exchange->challenge))
		return false;
	return exchange_refuse(exchange, 401, "security/Unauthorized", message);
}

bool
exchange_forbidden(struct exchange *exchange, const char *message)
{
	return exchange_refuse(exchange, 403, "security/Forbidden", message);
}

bool
exchange_invalid(struct exchange *exchange, const char *message)
{
	return exchange_refuse(
	    exchange, 422, "general/validationError", message);
}

bool
exchange_missing(struct exchange *exchange, const char *message)
{
	return exchange_refuse(exchange, 404, "general/notFound", message);
}

json_t *
exchange_object(struct exchange *exchange)
{
	json_t *body = json_loadb(exchange->request->binary_body,
	    exchange->request->binary_body_length, 0, NULL);

	if (json_is_object(body))
		return body;
	json_decref(body);
	exchange_refuse(
	    exchange, 400, "general/badRequest", "The body is not JSON");
	return NULL;
}

json_t *
exchange_time(int64_t when)
{
	time_t seconds = (time_t)when;
	char text[sizeof "-2147483648-01-01T00:00:00.000Z"];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &tm);
	return json_string(text);
}

json_t *
exchange_link(const struct exchange *exchange, const char *before,
    const char *part, const char *after)
{
	char *written = ulfius_url_encode(part);
	struct buf url = { 0 };
	json_t *made = NULL;

	if (written != NULL &&
	    buf_print(&url, "https://%s%s%s%s", exchange_host(exchange), before,
		written, after))
		made = json_string(buf_text(&url));
	o_free(written);
	buf_free(&url);
	return made;
}

const char *
exchange_parameter(const struct exchange *exchange, const char *name)
{
	return u_map_get(exchange->request->map_url, name);
}

const char *
exchange_host(const struct exchange *exchange)
{
	const char *host = exchange_header(exchange, "Host");

	return host != NULL ? host : TOKEN_DOMAIN;
}

/* exchange.h: one HTTP request and the tenant's answer to it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_EXCHANGE_H
#define SANDBOX_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>
#include <gnutls/gnutls.h>
#include <ulfius.h>

#include "buf.h"
#include "sandbox/state/tenant.h"

struct listener;

struct exchange {
	struct tenant *tenant;
	const struct _u_request *request;
	struct _u_response *response;
	gnutls_session_t tls;
	int socket; /* of the connection */
	const char *port; /* which one it came to: "https", "mtls" ... */
	struct buf device; /* whom it is about, for the log */
	struct buf user; /* who asks, where a user does */
	const char
	    *note; /* for the log: what is done wrong on purpose; or NULL */
	unsigned listens; /* the number of that port */
	const char *files; /* the directory of what it serves, or NULL */
	const char *challenge; /* 401 says so: WWW-Authenticate; or NULL */
	bool quiet; /* not for the log: it only looks */
	bool answered;
};

/* What happens on one path. HANDLE runs with the tenant's lock, and returns
 * true when it has answered; false with no answer is a fault of the sandbox,
 * and told to the client as a 500. A table ends with a METHOD of NULL. */
struct route {
	const char *method;
	const char *path; /* ":name" stands for one part of it */
	bool (*handle)(struct exchange *exchange);
};

/* A route of one tenant's port: what ulfius hands back to exchange_run. */
struct binding {
	const struct route *route;
	struct tenant *tenant;
	const char *port;
	const struct listener *listener;
	const char *files;
	/* asked before the route is; false: it has answered */
	bool (*guard)(struct exchange *exchange);
};

/* The callback for ulfius: takes the lock, handles, and logs it, in the store and
 * as one line. DATA is a struct binding. */
int exchange_run(
    const struct _u_request *request, struct _u_response *response, void *data);

/* What notes the TLS session of a request for exchange_run, which then comes in
 * the same thread: MHD_OPTION_URI_LOG_CALLBACK. */
void *exchange_begin(
    void *cls, const char *uri, struct MHD_Connection *connection);

/* For every path that is not served: 404. */
bool exchange_not_found(struct exchange *exchange);

/* The request's header NAME, in any case of letters; NULL: it has none. */
const char *exchange_header(const struct exchange *exchange, const char *name);

/* Adds a header to the answer. */
bool exchange_add_header(
    struct exchange *exchange, const char *name, const char *value);

/* Answers with LEN bytes of MEDIA type, or without any where LEN is 0. True. */
bool exchange_answer(struct exchange *exchange, unsigned status,
    const char *media, const void *body, size_t len);

/* Answers with JSON, whose reference is taken; NULL is out of memory. */
bool exchange_answer_json(struct exchange *exchange, unsigned status,
    const char *media, json_t *json);

/* The same to what has changed something: a tenant has nothing to say then to
 * who does not ask for it by Accept, but the status. */
bool exchange_answer_change(struct exchange *exchange, unsigned status,
    const char *media, json_t *json);

/* Answers with a tenant's error object; MESSAGE must be UTF-8. Always false,
 * so that a check can end with `return exchange_refuse(...)`. */
bool exchange_refuse(struct exchange *exchange, unsigned status,
    const char *error, const char *message);

/* The refusals that say 401, 403 and 422; and 404 of what was asked for. */
bool exchange_unauthorized(struct exchange *exchange, const char *message);
bool exchange_forbidden(struct exchange *exchange, const char *message);
bool exchange_invalid(struct exchange *exchange, const char *message);
bool exchange_missing(struct exchange *exchange, const char *message);

/* The object in the request's body, for json_decref; NULL: it is refused. */
json_t *exchange_object(struct exchange *exchange);

/* WHEN as a tenant writes it, 2026-11-21T13:00:00.000Z; NULL: out of memory. */
json_t *exchange_time(int64_t when);

/* The URL of BEFORE, PART, which is written as a part of one, and AFTER; NULL:
 * out of memory. */
json_t *exchange_link(const struct exchange *exchange, const char *before,
    const char *part, const char *after);

/* The value of NAME in the query, or the part of the path called so; NULL: it
 * has none. */
const char *exchange_parameter(
    const struct exchange *exchange, const char *name);

/* The server as the client calls it, HOST or HOST:PORT. */
const char *exchange_host(const struct exchange *exchange);

#endif

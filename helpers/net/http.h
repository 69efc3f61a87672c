/* http.h: HTTPS exchanges, and what their answers mean.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_HTTP_H
#define CERTCYCLE_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "key.h"

/* Seconds for the connection, and for the whole exchange. */
enum { HTTP_CONNECT_TIMEOUT = 30, HTTP_TIMEOUT = 120 };

/* What to send, and to whom. A NULL is not used. Nothing is owned. */
struct http_request {
	const char *url; /* https only */
	const char *method; /* NULL: POST with a BODY, GET without */
	const char *type; /* Content-Type of BODY */
	const char *encoding; /* Content-Transfer-Encoding of BODY */
	const char *accept;
	const char *chain; /* X-Ssl-Cert-Chain */
	const struct buf *body;
	const char *field; /* BODY is this field of a multipart/form-data */
	const char *filename; /* and this is what the form calls its file */
	const char *user; /* Basic, with PASSWORD */
	const char *password;
	bool digest; /* Digest with them instead, never Basic */
	const char *token; /* Bearer */
	const char *netrc; /* file with user and password for Basic */
	const char *cert; /* client certificate chain: PEM file or PKCS#11 */
	struct key_place key; /* of CERT */
	const char *ca; /* file or directory; NULL: the system's */
	const char *proxy; /* its URL; NULL: as the environment says */
	const char *proxy_user;
	const char *proxy_password;
	const char *proxy_ca; /* of an https proxy; NULL: the system's */
	bool follow; /* redirects, by the rules of redirect.h */
	bool bind; /* TLS 1.2, and its tls-unique in the reply */
	int64_t connect_timeout; /* seconds */
	int64_t timeout; /* for a session; 0: none */
};

/* What came back; freed by http_free. */
struct http_reply {
	bool
	    sent; /* the request went out, or a part of it; set on failure too */
	long status;
	int64_t retry_after; /* seconds, -1: not said */
	bool wants_digest; /* what a 401 asks for */
	bool wants_basic;
	struct buf body;
	struct buf location; /* where a redirect points, "" if nowhere */
	struct buf binding; /* tls-unique (RFC 5929), where asked for */
};

/* A connection, kept open from one exchange to the next where the server keeps
 * it too. */
struct http_session;

/* Is URL an https URL, the only kind that is spoken here? */
bool http_is_url(const char *url);

/* Does URL hold a user name or a password? */
bool http_has_login(const char *url);

/* Checks the files that REQUEST names, and makes ready what all exchanges of a
 * session share: trust, credentials, proxy and the time limit. REQUEST must
 * outlive SESSION, which is freed by http_close. EXIT_DATA: a file of ours is
 * not what it should be. */
bool http_open(
    const struct http_request *request, struct http_session **session);

/* Sends REQUEST: HTTP/1.1 with Content-Length. Of what http_open saw, only URL,
 * method, type, encoding, accept, chain, body, field and filename may be another
 * now. True with
 * any status at all: http_judge says what it means. On failure REPLY is empty but
 * for SENT.
 * EXIT_NONET: no answer in time; EXIT_UNTRUSTED: the server could not be
 * believed, its answer is over FILE_LIMIT, or it points where we do not go;
 * EXIT_REFUSED: it did not accept the client certificate, or the proxy us. */
bool http_send(struct http_session *session, const struct http_request *request,
    struct http_reply *reply);

/* Ends it; NULL is nothing to do. */
void http_close(struct http_session *session);

/* One session of one exchange. */
bool http_post(const struct http_request *request, struct http_reply *reply);

/* True for 200 and 201. Otherwise a fault with the status and the server's own
 * words: EXIT_LATER for 202, 429 and 503, EXIT_NONET for other 5xx,
 * EXIT_UNTRUSTED for an answer that is no answer (1xx, 204, 3xx),
 * EXIT_REFUSED for the rest. */
bool http_judge(
    const struct http_request *request, const struct http_reply *reply);

/* Prints the seconds that REPLY named, on a line, where the latest fault is an
 * EXIT_LATER: what a script sleeps for. */
void http_print_wait(const struct http_reply *reply);

/* What the server said in BODY, on one line: the message in a JSON object
 * ("message", or what other servers call it), the text of an HTML page, or the
 * text itself; control characters escaped, cut after 300 bytes. */
bool http_words(const struct buf *body, struct buf *out);

void http_free(struct http_reply *reply);

#endif

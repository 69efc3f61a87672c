/* http.h: one HTTPS POST, and what its answer means.
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
	const char *url; /* https only; redirects are not followed */
	const char *type; /* Content-Type of BODY */
	const char *encoding; /* Content-Transfer-Encoding of BODY */
	const char *accept;
	const char *chain; /* X-Ssl-Cert-Chain */
	const struct buf *body;
	const char *user; /* Basic, with PASSWORD */
	const char *password;
	const char *token; /* Bearer */
	const char *cert; /* client certificate chain, a PEM file */
	struct key_place key; /* of CERT */
	const char *ca; /* file or directory; NULL: the system's */
	int64_t connect_timeout; /* seconds */
	int64_t timeout;
};

/* What came back; freed by http_free. */
struct http_reply {
	long status;
	int64_t retry_after; /* seconds, -1: not said */
	struct buf body;
};

/* Is URL an https URL, the only kind that is spoken here? */
bool http_is_url(const char *url);

/* Sends REQUEST. True with any status at all: http_judge says what it means.
 * EXIT_NONET: no answer in time; EXIT_UNTRUSTED: the server could not be
 * believed, or its answer is over FILE_LIMIT; EXIT_REFUSED: it did not accept
 * the client certificate; EXIT_DATA: a file of ours is not what it should be. */
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

/* What the server said in BODY, on one line: "message" of a JSON object, an
 * HTML page without its tags, or the text itself; control characters escaped,
 * cut after 300 bytes. */
bool http_words(const struct buf *body, struct buf *out);

void http_free(struct http_reply *reply);

#endif

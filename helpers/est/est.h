/* est.h: one EST exchange (RFC 7030, RFC 8951).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_EST_H
#define CERTCYCLE_EST_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "net/http.h"

enum est_operation {
	EST_NONE,
	EST_ENROLL,
	EST_REENROLL,
	EST_CACERTS,
	EST_CSRATTRS,
	EST_KEYGEN
};

/* What to ask for, whom, and how. A NULL is not used. Nothing is owned. Of HTTP,
 * est_ask sets what is sent; who asks, and whom we trust, is the caller's. */
struct est_order {
	enum est_operation operation;
	const char *url; /* https://HOST[:PORT][/.well-known/est[/LABEL]] */
	const char *label;
	const char *save; /* where the answer goes before it is read; with a
			     password, SAVE.asked is there until it does */
	int64_t poll; /* seconds for which a 202 is asked again; 0: not */
	bool pop; /* prove possession of HTTP.KEY where the server wants it */
	struct http_request http;
};

/* Does a certificate request go with OPERATION? */
bool est_sends(enum est_operation operation);

/* Can LABEL stand in a path (RFC 7030, 3.2.2)? EXIT_USAGE where not. */
bool est_check_label(const char *label);

/* Takes the DER of the request out of TEXT, PEM or DER itself, as it stands
 * there: not a byte of it is made anew. DER receives it. EXIT_DATA: none there. */
bool est_request(const struct buf *text, struct buf *der);

/* Sends the request in DER (none for what sends none), and takes the answer of
 * a server that did what it was asked: its body, raw, is on disk in SAVE by
 * then. The exit codes are those of http_send and http_judge; the seconds that
 * an EXIT_LATER named are on standard output. An empty ANSWER to EST_CSRATTRS: the
 * server wants nothing. */
bool est_ask(
    struct est_order *order, const struct buf *der, struct buf *answer);

#endif

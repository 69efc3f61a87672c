/* jwtask.h: the ways in which a tenant is asked for a token.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_JWTASK_H
#define CERTCYCLE_JWTASK_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "net/http.h"
#include "pair.h"

/* Where to ask, as what. A NULL is not used. Nothing is owned. */
struct jwt_order {
	const char *broker; /* a local one, with a bridge to the tenant */
	int broker_port;
	const char *broker_ca; /* NULL: it speaks no TLS */
	const char *prefix; /* of the topics there */
	const char *url; /* of the tenant's HTTPS server */
	bool with_chain; /* the certificates in a header too */
	const char *host; /* the tenant's broker */
	int port;
	const char *ca; /* for the tenant; NULL: the system's */
	const struct pair *pair; /* the device's, for the tenant */
	int64_t wait; /* seconds for one question over MQTT */
	int64_t connect_timeout; /* seconds, for HTTPS */
	int64_t timeout; /* the same, for all of it */
};

/* Each asks for a token in one way, and checks it (jwt_check): CLAIMS receives
 * what that says. EXIT_NONET: no answer; EXIT_LATER: not now; EXIT_UNTRUSTED:
 * the server, or the answer, cannot be believed; EXIT_REFUSED: the answer is no;
 * EXIT_DATA and EXIT_LOCAL: something is wrong on this side. */

/* In a session of its own with the local broker, under a random client id. */
bool jwt_ask_broker(
    const struct jwt_order *order, struct buf *token, struct buf *claims);

/* One POST with the pair. REPLY is what came back, freed by http_free. */
bool jwt_ask_https(const struct jwt_order *order, struct http_reply *reply,
    struct buf *token, struct buf *claims);

/* In a session with the tenant's broker, under the certificate's common name. */
bool jwt_ask_mqtt(
    const struct jwt_order *order, struct buf *token, struct buf *claims);

#endif

/* handshake.h: what a client shows in its TLS handshake, and the answers to
 * CONNECT that Mosquitto has no words for.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_HANDSHAKE_H
#define SANDBOX_HANDSHAKE_H

#include <stdbool.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "x509.h"

struct handshake {
	int session_index; /* what this plugin has at each SSL, and at each X509 */
	int chain_index;
	SSL *speaker; /* who was read from last */
};

/* From now on each session is asked for a certificate, needs none, and is
 * admitted with any. HANDSHAKE must stay where it is until handshake_stop. */
bool handshake_start(struct handshake *handshake);

/* Ends that; a HANDSHAKE that is all zero is nothing to do. */
void handshake_stop(struct handshake *handshake);

/* The chain that came with CRT, it first; NULL: none. Belongs to CRT. */
const struct x509_list *handshake_chain(
    const struct handshake *handshake, const X509 *crt);

/* Is ID the common name of CRT, and its only one? */
bool handshake_is_for(const X509 *crt, const char *id);

/* Answers the CONNECT that is being read by CONNACK CODE of MQTT 3.1.1. */
void handshake_refuse(const struct handshake *handshake, int code);

#endif

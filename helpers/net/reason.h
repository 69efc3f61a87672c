/* reason.h: what a broker's no means, and ours to it, in words.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_REASON_H
#define CERTCYCLE_REASON_H

/* What a number stands for. CODE is one of exit.h; WORDS follow "HOST:PORT: "
 * and are never NULL; NAME is what the standard calls it, "" for a number that
 * it does not have. */
struct reason {
	int number;
	int code;
	const char *name;
	const char *words;
};

/* A TLS alert (RFC 8446, 6; RFC 5246, 7.2) that a server sent after it was
 * shown a certificate. */
struct reason reason_alert(int number);

/* The return code of an MQTT 3.1.1 CONNACK (3.2.2.3), which is not 0. */
struct reason reason_connack(int number);

/* What OpenSSL (X509_V_ERR_*) has against a server's certificate. */
struct reason reason_verify(int number);

#endif

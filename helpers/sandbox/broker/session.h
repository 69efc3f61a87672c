/* session.h: who is connected.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SESSION_H
#define SANDBOX_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <mosquitto_broker.h>
#include <openssl/x509.h>

#include "buf.h"

enum { SESSION_BUCKETS = 1024 };

/* on what the tenant speaks to a device */
enum session_topic { SESSION_DAT, SESSION_DS, SESSION_E, SESSION_TOPICS };

struct session {
	struct session *next; /* in its bucket */
	const struct mosquitto *client;
	char *client_id;
	char *id; /* the device */
	X509 *crt; /* NULL: it has logged in by a password */
	int granted[SESSION_TOPICS]; /* 0: not subscribed; otherwise QoS + 1 */
	int64_t token_at; /* it shall get one then, by broker_clock; or 0 */
	const char *why; /* it was ended; or NULL */
};

/* In buckets by device; all zero: nobody is. */
struct sessions {
	struct session *bucket[SESSION_BUCKETS];
};

/* Adds the device in CLIENT_ID to ID: what a tenant takes is ID, d:ID, and
 * d:ID:TEMPLATES. False: it is none of them, or out of memory. */
bool session_device(const char *client_id, struct buf *id);

/* Adds one; CRT, which may be NULL, has one owner more. NULL: out of memory. */
struct session *session_add(struct sessions *sessions,
    const struct mosquitto *client, const char *id, X509 *crt);

/* The one of CLIENT, or NULL. */
struct session *session_find(
    const struct sessions *sessions, const struct mosquitto *client);

/* The first of the device ID, or NULL; further ones are among those behind it. */
struct session *session_first(const struct sessions *sessions, const char *id);

/* Removes and frees. */
void session_remove(struct sessions *sessions, struct session *session);

/* Removes all. */
void session_clear(struct sessions *sessions);

#endif

/* faults.h: misbehaviour on demand: what the tenant will do wrong, how often.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FAULTS_H
#define SANDBOX_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/state/store.h"

enum fault_kind {
	FAULT_NONE,

	FAULT_PENDING,
	FAULT_PENDING_DATE,
	FAULT_UNREGISTERED,
	FAULT_BUSY,
	FAULT_REFUSED,
	FAULT_FEATURE_OFF,
	FAULT_NO_CA,
	FAULT_CA_TOO_SHORT,
	FAULT_ERROR,
	FAULT_BAD_GATEWAY,
	FAULT_UNAVAILABLE,
	FAULT_GATEWAY_TIMEOUT,
	FAULT_REDIRECT_HTTP,
	FAULT_REDIRECT_HOST,
	FAULT_GARBAGE,
	FAULT_NOT_PKCS7,
	FAULT_EMPTY_SET,

	FAULT_WRONG_KEY,
	FAULT_WRONG_CN,
	FAULT_NOT_YET_VALID,
	FAULT_EXPIRED,

	FAULT_SILENT,
	FAULT_LOST,
	FAULT_SLOW,
	FAULT_TRICKLE,
	FAULT_RESET,
	FAULT_HALF,
	FAULT_TOO_LONG,
	FAULT_TOO_SHORT,
	FAULT_HUGE,

	FAULT_TLS_WRONG_NAME,
	FAULT_TLS_EXPIRED,
	FAULT_TLS_UNKNOWN,

	FAULT_TOKEN_REFUSED,
	FAULT_TOKEN_LATE,

	FAULT_STRANGE,
	FAULT_BROKER_REFUSED,
	FAULT_BROKER_UNAVAILABLE,
	FAULT_KINDS
};

/* Where a kind shows. The first three are all for requests to EST. */
enum fault_scope {
	FAULT_AT_ANSWER, /* the answer, which needs no look at the request */
	FAULT_AT_CERTIFICATE, /* one that is issued */
	FAULT_AT_CONNECTION, /* how the answer is delivered */
	FAULT_AT_HANDSHAKE, /* of TLS: who asks is not known then */
	FAULT_AT_TOKEN, /* one that is asked for, over HTTPS and MQTT */
	FAULT_AT_BROKER /* connecting to it; lasts, and is not counted */
};

/* One kind. Rows whose SECONDS is above 0 have a length of time, so long where
 * no other is given. */
struct fault_row {
	const char *name;
	enum fault_scope scope;
	int64_t seconds;
	const char *words; /* what happens */
};

/* What is known of KIND, which is not FAULT_NONE. */
const struct fault_row *faults_row(enum fault_kind kind);

/* What SCOPE is called. */
const char *faults_scope_name(enum fault_scope scope);

/* The kind called NAME, FAULT_NONE where there is no such. */
enum fault_kind faults_find(const char *name);

/* What is to go wrong. */
struct fault_wish {
	enum fault_kind kind;
	const char *device; /* "": whoever comes */
	int64_t
	    count; /* so many times; of what lasts, seconds from now on; 0: it
			* is not set any more, for any device where DEVICE is "" */
	int64_t seconds; /* the length of time that it has; -1: its default */
};

/* Sets it, in the place of the same kind for the same device. EXIT_USAGE: the
 * kind cannot be had for one device, or has no length of time. */
bool faults_set(struct store *store, const struct fault_wish *wish);

/* Nothing is set any more for DEVICE, or, where that is NULL, for anyone. */
bool faults_clear(struct store *store, const char *device);

/* Is anything set for requests to EST? One look and no more: where none is, no one
 * has to find out who asks. */
bool faults_any(struct store *store, bool *any);

/* What a request has drawn. */
struct fault_taken {
	enum fault_kind kind; /* FAULT_NONE: nothing is set for it */
	int64_t seconds;
};

/* What shall happen to DEVICE's request to EST: of what is set, what is for this
 * device comes before what is for any, and then what was set first. It has one less
 * to go from now on. Where nothing is set, nothing is written. */
bool faults_take(
    struct store *store, const char *device, struct fault_taken *taken);

/* The same for the next TLS handshake, and for a token that DEVICE asks for, over
 * HTTPS or MQTT: FAULT_TOKEN_REFUSED, or FAULT_TOKEN_LATE by so many SECONDS. */
bool faults_take_handshake(struct store *store, struct fault_taken *taken);
bool faults_take_token(
    struct store *store, const char *device, struct fault_taken *taken);

/* Is DEVICE's certificate not known now, for tokens and at the broker? */
bool faults_strange(struct store *store, const char *device, bool *strange);

/* What does the broker say to DEVICE now: CONNACK 5 or 3, or 0 where nothing is
 * set? What is set for this device comes first. */
bool faults_broker(struct store *store, const char *device, int *connack);

/* One that is set; its texts live for that call. */
struct fault_set {
	enum fault_kind kind;
	const char *device; /* "": any */
	int64_t remaining; /* times; of what lasts, seconds */
	int64_t seconds; /* 0: it has no length of time */
};

/* Calls EACH with DATA for all that is set, in their order. False, and at once,
 * when EACH returned false. */
bool faults_each(struct store *store,
    bool (*each)(const struct fault_set *set, void *data), void *data);

#endif

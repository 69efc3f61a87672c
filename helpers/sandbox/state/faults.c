/* faults.c: misbehaviour on demand: what the tenant will do wrong, how often.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "exit.h"
#include "fault.h"
#include "sandbox/state/faults.h"

static const struct fault_row rows[] = {
	[FAULT_PENDING] = { "pending", FAULT_AT_ANSWER, 1,
	    "202, Retry-After in seconds" },
	[FAULT_PENDING_DATE] = { "pending-date", FAULT_AT_ANSWER, 1,
	    "202, Retry-After as an HTTP date" },
	[FAULT_UNREGISTERED] = { "unregistered", FAULT_AT_ANSWER, 0,
	    "401, no request for this device" },
	[FAULT_BUSY] = { "busy", FAULT_AT_ANSWER, 1,
	    "503, Retry-After in seconds" },
	[FAULT_REFUSED] = { "refused", FAULT_AT_ANSWER, 0, "403" },
	[FAULT_FEATURE_OFF] = { "feature-off", FAULT_AT_ANSWER, 0,
	    "404, an HTML page" },
	[FAULT_NO_CA] = { "no-ca", FAULT_AT_ANSWER, 0,
	    "404, the tenant has no CA" },
	[FAULT_CA_TOO_SHORT] = { "ca-too-short", FAULT_AT_ANSWER, 0,
	    "the CA runs for less than a year" },
	[FAULT_ERROR] = { "error", FAULT_AT_ANSWER, 0, "500" },
	[FAULT_BAD_GATEWAY] = { "bad-gateway", FAULT_AT_ANSWER, 0,
	    "502, a proxy's HTML page" },
	[FAULT_UNAVAILABLE] = { "unavailable", FAULT_AT_ANSWER, 0,
	    "503, a proxy's HTML page" },
	[FAULT_GATEWAY_TIMEOUT] = { "gateway-timeout", FAULT_AT_ANSWER, 0,
	    "504, a proxy's HTML page" },
	[FAULT_REDIRECT_HTTP] = { "redirect-http", FAULT_AT_ANSWER, 0,
	    "307 to the same host without TLS" },
	[FAULT_REDIRECT_HOST] = { "redirect-host", FAULT_AT_ANSWER, 0,
	    "307 to another host" },
	[FAULT_GARBAGE] = { "garbage", FAULT_AT_ANSWER, 0,
	    "200, a body that is not base64" },
	[FAULT_NOT_PKCS7] = { "not-pkcs7", FAULT_AT_ANSWER, 0,
	    "200, base64 of something else than PKCS#7" },
	[FAULT_EMPTY_SET] = { "empty-set", FAULT_AT_ANSWER, 0,
	    "200, PKCS#7 without a certificate" },

	[FAULT_WRONG_KEY] = { "wrong-key", FAULT_AT_CERTIFICATE, 0,
	    "a certificate for another key" },
	[FAULT_WRONG_CN] = { "wrong-cn", FAULT_AT_CERTIFICATE, 0,
	    "a certificate for another device" },
	[FAULT_NOT_YET_VALID] = { "not-yet-valid", FAULT_AT_CERTIFICATE, 0,
	    "a certificate that begins in two days" },
	[FAULT_EXPIRED] = { "expired", FAULT_AT_CERTIFICATE, 0,
	    "a certificate that is over already" },

	[FAULT_SILENT] = { "silent", FAULT_AT_CONNECTION, 60,
	    "no answer for so long, then 503" },
	[FAULT_LOST] = { "lost", FAULT_AT_CONNECTION, 60,
	    "a certificate is issued, then as silent" },
	[FAULT_SLOW] = { "slow", FAULT_AT_CONNECTION, 5,
	    "the right answer, after so long" },
	[FAULT_TRICKLE] = { "trickle", FAULT_AT_CONNECTION, 5,
	    "the right answer, its body over so long" },
	[FAULT_RESET] = { "reset", FAULT_AT_CONNECTION, 0,
	    "the connection is reset in the middle of the body" },
	[FAULT_HALF] = { "half", FAULT_AT_CONNECTION, 0,
	    "the connection ends in the middle of the body" },
	[FAULT_TOO_LONG] = { "too-long", FAULT_AT_CONNECTION, 0,
	    "Content-Length says more than there is" },
	[FAULT_TOO_SHORT] = { "too-short", FAULT_AT_CONNECTION, 0,
	    "Content-Length says less than there is" },
	[FAULT_HUGE] = { "huge", FAULT_AT_CONNECTION, 0,
	    "200, a body of 100 MB" },

	[FAULT_TLS_WRONG_NAME] = { "tls-wrong-name", FAULT_AT_HANDSHAKE, 0,
	    "the server's certificate is for another name" },
	[FAULT_TLS_EXPIRED] = { "tls-expired", FAULT_AT_HANDSHAKE, 0,
	    "the server's certificate is over" },
	[FAULT_TLS_UNKNOWN] = { "tls-unknown", FAULT_AT_HANDSHAKE, 0,
	    "the server's certificate is of an unknown CA" },

	[FAULT_TOKEN_REFUSED] = { "token-refused", FAULT_AT_TOKEN, 0,
	    "no token: 401, and silence over MQTT" },
	[FAULT_TOKEN_LATE] = { "token-late", FAULT_AT_TOKEN, 5,
	    "the token comes after so long" },

	[FAULT_STRANGE] = { "strange", FAULT_AT_BROKER, 0,
	    "device certificates are not known: no token, CONNACK 5" },
	[FAULT_BROKER_REFUSED] = { "broker-refused", FAULT_AT_BROKER, 0,
	    "CONNACK 5" },
	[FAULT_BROKER_UNAVAILABLE] = { "broker-unavailable", FAULT_AT_BROKER, 0,
	    "CONNACK 3" },
};

static const char *const scopes[] = {
	[FAULT_AT_ANSWER] = "answer",
	[FAULT_AT_CERTIFICATE] = "certificate",
	[FAULT_AT_CONNECTION] = "connection",
	[FAULT_AT_HANDSHAKE] = "handshake",
	[FAULT_AT_TOKEN] = "token",
	[FAULT_AT_BROKER] = "broker",
};

const struct fault_row *
faults_row(enum fault_kind kind)
{
	return &rows[kind];
}

const char *
faults_scope_name(enum fault_scope scope)
{
	return scopes[scope];
}

enum fault_kind
faults_find(const char *name)
{
	for (int kind = FAULT_NONE + 1; kind < FAULT_KINDS; kind++)
		if (strcmp(rows[kind].name, name) == 0)
			return (enum fault_kind)kind;
	return FAULT_NONE;
}

static bool
check(const struct fault_wish *wish)
{
	const struct fault_row *row = &rows[wish->kind];

	if (row->scope == FAULT_AT_HANDSHAKE && wish->device[0] != '\0')
		return fault(EXIT_USAGE,
		    "%s: not for one device: who it is is not known yet when "
		    "the server shows its certificate",
		    row->name);
	if (row->seconds == 0 && wish->seconds >= 0)
		return fault(EXIT_USAGE, "%s: takes no --seconds", row->name);
	return true;
}

static bool
forget(struct store *store, const struct fault_wish *wish)
{
	return store_run(store,
	    "DELETE FROM fault WHERE kind = ?1 AND (?2 = '' OR device = ?2)",
	    "tt", rows[wish->kind].name, wish->device);
}

bool
faults_set(struct store *store, const struct fault_wish *wish)
{
	const struct fault_row *row = &rows[wish->kind];
	int64_t count = wish->count;

	if (!check(wish))
		return false;
	if (count == 0)
		return forget(store, wish);
	/* what lasts is kept by its end */
	if (row->scope == FAULT_AT_BROKER)
		count += time(NULL);
	return store_run(store,
	    "INSERT INTO fault (kind, scope, device, remaining, seconds)"
	    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, device) DO UPDATE SET"
	    " remaining = excluded.remaining, seconds = excluded.seconds",
	    "titii", row->name, (int64_t)row->scope, wish->device, count,
	    wish->seconds >= 0 ? wish->seconds : row->seconds);
}

bool
faults_clear(struct store *store, const char *device)
{
	return store_run(store,
	    "DELETE FROM fault WHERE ?1 IS NULL OR device = ?1", "t", device);
}

bool
faults_any(struct store *store, bool *any)
{
	sqlite3_stmt *query;
	bool ok;

	query =
	    store_prepare(store, "SELECT 1 FROM fault WHERE scope <= ? LIMIT 1",
		"i", (int64_t)FAULT_AT_CONNECTION);
	ok = query != NULL && store_next(store, query, any);
	sqlite3_finalize(query);
	return ok;
}

/* The one that is next for DEVICE at one of the scopes FIRST to LAST; an ID of
 * 0: none is. */
static bool
find_next(struct store *store, const char *device, enum fault_scope first,
    enum fault_scope last, struct fault_taken *taken, int64_t *id)
{
	sqlite3_stmt *query;
	bool found = false;
	bool ok;

	*id = 0;
	*taken = (struct fault_taken){ FAULT_NONE, 0 };
	query = store_prepare(store,
	    "SELECT id, kind, seconds FROM fault"
	    " WHERE scope BETWEEN ? AND ? AND device IN ('', ?)"
	    " ORDER BY device = '', id LIMIT 1",
	    "iit", (int64_t)first, (int64_t)last, device);
	ok = query != NULL && store_next(store, query, &found);
	if (ok && found) {
		*id = sqlite3_column_int64(query, 0);
		taken->kind = faults_find(store_text(query, 1));
		taken->seconds = sqlite3_column_int64(query, 2);
	}
	sqlite3_finalize(query);
	return ok;
}

/* The last one goes away, and the others keep their order. */
static bool
spend(struct store *store, int64_t id)
{
	return store_run(store,
		   "DELETE FROM fault WHERE id = ? AND remaining <= 1", "i",
		   id) &&
	       (store_changed(store) > 0 ||
		   store_run(store,
		       "UPDATE fault SET remaining = remaining - 1"
		       " WHERE id = ?",
		       "i", id));
}

/* Looks first, and takes no turn to write where there is nothing to take. */
static bool
take(struct store *store, const char *device, enum fault_scope first,
    enum fault_scope last, struct fault_taken *taken)
{
	int64_t id;
	bool ok;

	if (!find_next(store, device, first, last, taken, &id))
		return false;
	if (id == 0)
		return true;
	if (!store_begin(store))
		return false;
	ok = find_next(store, device, first, last, taken, &id) &&
	     (id == 0 || spend(store, id));
	return store_end(store, ok);
}

bool
faults_take(struct store *store, const char *device, struct fault_taken *taken)
{
	return take(store, device, FAULT_AT_ANSWER, FAULT_AT_CONNECTION, taken);
}

bool
faults_take_handshake(struct store *store, struct fault_taken *taken)
{
	return take(store, "", FAULT_AT_HANDSHAKE, FAULT_AT_HANDSHAKE, taken);
}

bool
faults_take_token(
    struct store *store, const char *device, struct fault_taken *taken)
{
	return take(store, device, FAULT_AT_TOKEN, FAULT_AT_TOKEN, taken);
}

bool
faults_strange(struct store *store, const char *device, bool *strange)
{
	sqlite3_stmt *query;
	bool ok;

	*strange = false;
	query = store_prepare(store,
	    "SELECT 1 FROM fault WHERE kind = ? AND remaining > ?"
	    " AND device IN ('', ?)",
	    "tit", rows[FAULT_STRANGE].name, (int64_t)time(NULL), device);
	ok = query != NULL && store_next(store, query, strange);
	sqlite3_finalize(query);
	return ok;
}

bool
faults_broker(struct store *store, const char *device, int *connack)
{
	enum { UNAVAILABLE = 3, NOT_AUTHORIZED = 5 }; /* MQTT 3.1.1, 3.2.2.3 */
	sqlite3_stmt *query;
	bool found = false;
	bool ok;

	*connack = 0;
	query = store_prepare(store,
	    "SELECT kind FROM fault WHERE kind IN (?, ?) AND remaining > ?"
	    " AND device IN ('', ?) ORDER BY device = '', id LIMIT 1",
	    "ttit", rows[FAULT_BROKER_REFUSED].name,
	    rows[FAULT_BROKER_UNAVAILABLE].name, (int64_t)time(NULL), device);
	ok = query != NULL && store_next(store, query, &found);
	if (ok && found)
		*connack = faults_find(store_text(query, 0)) ==
				   FAULT_BROKER_UNAVAILABLE
			       ? UNAVAILABLE
			       : NOT_AUTHORIZED;
	sqlite3_finalize(query);
	return ok;
}

bool
faults_each(struct store *store,
    bool (*each)(const struct fault_set *set, void *data), void *data)
{
	const int64_t now = time(NULL);
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	query = store_prepare(store,
	    "SELECT kind, device, seconds,"
	    " remaining - CASE scope WHEN ?1 THEN ?2 ELSE 0 END FROM fault"
	    " WHERE scope <> ?1 OR remaining > ?2 ORDER BY id",
	    "ii", (int64_t)FAULT_AT_BROKER, now);
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found) {
		struct fault_set set = { .kind =
					     faults_find(store_text(query, 0)),
			.device = store_text(query, 1),
			.seconds = sqlite3_column_int64(query, 2),
			.remaining = sqlite3_column_int64(query, 3) };

		ok = each(&set, data) && store_next(store, query, &found);
	}
	sqlite3_finalize(query);
	return ok;
}

/* watch.c: what changes in the tenant ends sessions.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <time.h>

#include "fault.h"
#include "sandbox/broker/admit.h"
#include "sandbox/broker/watch.h"

/* in milliseconds: how often to look, and how long to judge at a time */
enum { WATCH_EVERY = 250, WATCH_SLICE = 100 };

int64_t
broker_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The first two numbers that SQL answers. */
static bool
read_numbers(struct store *store, const char *sql, int64_t *a, int64_t *b)
{
	sqlite3_stmt *query = store_prepare(store, sql, "");
	bool found;
	bool ok = query != NULL && store_next(store, query, &found) && found;

	if (ok) {
		*a = sqlite3_column_int64(query, 0);
		*b = sqlite3_column_int64(query, 1);
	}
	sqlite3_finalize(query);
	return ok;
}

/* Where another connection has written, FRESH is what stands there now. */
static bool
look(struct store *store, struct watch *fresh)
{
	int64_t version;
	int64_t none;

	if (!read_numbers(store, "PRAGMA data_version", &version, &none))
		return false;
	if (version == fresh->version)
		return true;
	if (!read_numbers(store, "SELECT trust, device FROM change",
		&fresh->trust, &fresh->device))
		return false;
	fresh->version = version;
	return true;
}

bool
watch_start(struct broker *broker)
{
	return look(&broker->store, &broker->watch);
}

static void
judge_bucket(struct broker *broker, unsigned at, bool chains)
{
	struct session *next;

	for (struct session *session = broker->sessions.bucket[at];
	     session != NULL; session = next) {
		/* who is ended goes from the bucket at once */
		next = session->next;
		session->why = admit_again(broker, session, chains);
		if (session->why == NULL)
			continue;
		mosquitto_log_printf(MOSQ_LOG_NOTICE, "sandbox: %s: ended: %s",
		    session->id, session->why);
		mosquitto_kick_client_by_clientid(session->client_id, false);
	}
}

void
watch_tick(struct broker *broker)
{
	struct watch *watch = &broker->watch;
	struct watch fresh = *watch;
	int64_t now = broker_clock();

	if (now >= watch->next) {
		fresh.next = now + WATCH_EVERY;
		if (!look(&broker->store, &fresh))
			mosquitto_log_printf(
			    MOSQ_LOG_ERR, "sandbox: %s", fault_text());
		if (fresh.trust != watch->trust)
			fresh.chains = true;
		if (fresh.trust != watch->trust ||
		    fresh.device != watch->device)
			fresh.left = SESSION_BUCKETS;
		*watch = fresh;
	}
	while (watch->left > 0 && broker_clock() < now + WATCH_SLICE) {
		judge_bucket(broker, watch->at, watch->chains);
		watch->at = (watch->at + 1) % SESSION_BUCKETS;
		watch->left--;
	}
	if (watch->left == 0)
		watch->chains = false;
}

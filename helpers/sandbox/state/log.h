/* log.h: what came in, over HTTPS and MQTT: the last of it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_LOG_H
#define SANDBOX_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/state/store.h"

/* how many entries are kept, at least */
enum { LOG_KEPT = 10000 };

/* One entry; its texts live for that call. */
struct log_entry {
	int64_t id; /* log_add chooses it: higher than all before */
	int64_t at; /* milliseconds since 1970; log_add: now */
	const char *port; /* "https", "mtls", "mqtt" ... */
	const char *method; /* e.g. "POST", "CONNECT" */
	const char *path; /* or the topic */
	const char *device; /* whom it was about, or ""; never a secret */
	int64_t status; /* of HTTP, or the CONNACK's code */
	int64_t took; /* microseconds */
	const char
	    *note; /* what was done wrong on purpose, or why not; or "" */
};

/* Keeps ENTRY; old ones go. */
bool log_add(struct store *store, const struct log_entry *entry);

/* Calls EACH with DATA for the entries with an id above AFTER, the oldest first,
 * and of these the last MOST alone; only those of DEVICE where that is not NULL.
 * False, and at once, when EACH returned false. */
bool log_each(struct store *store, int64_t after, int64_t most,
    const char *device, bool (*each)(const struct log_entry *entry, void *data),
    void *data);

#endif

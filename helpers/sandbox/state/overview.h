/* overview.h: devices with their certificates, at a glance.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_OVERVIEW_H
#define SANDBOX_OVERVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/state/store.h"

/* One certificate; its texts live for that call. Times are seconds since 1970. */
struct overview_certificate {
	const char *serial; /* hexadecimal; NULL: there is none */
	int64_t not_before;
	int64_t not_after;
	int64_t revoked_at; /* 0: it is not */
	bool ours; /* the tenant's own CA has issued it */
	bool seen; /* in a handshake */
};

/* One device, its texts as above; NAME and TYPE may be NULL. */
struct overview_device {
	int64_t number; /* of its managed object */
	const char *id;
	const char *status;
	const char *name;
	const char *type;
	bool known; /* it has a user */
	bool enabled; /* which may log in */
	int64_t created_at;
	int64_t certificates; /* how many were issued */
	struct overview_certificate latest; /* of these */
};

/* Which devices. */
struct overview_filter {
	const char *search; /* in the id or the name, of any case; "": all */
	/* "waiting", "accepted", "disabled", "ending" within 30 days,
	 * "revoked", which is the latest certificate, or "": all */
	const char *state;
	const char *id; /* this one alone; NULL: all */
};

struct overview_totals {
	int64_t devices;
	int64_t waiting;
	int64_t disabled;
	int64_t certificates;
	int64_t revoked;
};

/* How many of everything there are. */
bool overview_totals(struct store *store, struct overview_totals *totals);

/* How many devices FILTER lets through. */
bool overview_count(
    struct store *store, const struct overview_filter *filter, int64_t *count);

/* Calls EACH with DATA for these, by id: MOST of them, behind the first SKIP.
 * False, and at once, when EACH returned false. */
bool overview_each(struct store *store, const struct overview_filter *filter,
    int64_t skip, int64_t most,
    bool (*each)(const struct overview_device *device, void *data), void *data);

/* The same for the certificates of the device ID, the newest first, of which
 * there are no more than a few hundred: issued here, or seen in a handshake. */
bool overview_certificates(struct store *store, const char *id,
    bool (*each)(const struct overview_certificate *one, void *data),
    void *data);

/* How many serials are revoked. */
bool overview_count_revoked(struct store *store, int64_t *count);

/* The same for revoked serials, the latest first; DEVICE is NULL where it is not
 * known whose. */
bool overview_revoked_each(struct store *store, int64_t skip, int64_t most,
    bool (*each)(
	const char *serial, int64_t at, const char *device, void *data),
    void *data);

#endif

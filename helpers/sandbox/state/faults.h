/* faults.h: misbehaviour on demand: what the tenant will do wrong, how often.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FAULTS_H
#define SANDBOX_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/state/store.h"

enum fault_kind {
	FAULT_NONE,
	FAULT_PENDING, /* 202, come back in a second */
	FAULT_BUSY, /* 503, come back in a second */
	FAULT_REFUSED, /* 403 */
	FAULT_ERROR, /* 500 */
	FAULT_SILENT, /* no answer for a minute */
	FAULT_GARBAGE, /* 200 with a body that is no certificate */
	FAULT_WRONG_KEY, /* a certificate for another key */
	FAULT_EXPIRED, /* a certificate that is over already */
	FAULT_LOST, /* one is issued, and no answer for a minute */
	FAULT_STRANGE /* device certificates are not known */
};

/* "pending busy ...": what faults_find knows. */
const char *faults_names(void);

/* The kind called NAME, FAULT_NONE where there is no such. */
enum fault_kind faults_find(const char *name);

/* KIND happens to the next COUNT requests; 0: to none. FAULT_STRANGE lasts for
 * COUNT seconds from now on instead. */
bool faults_set(struct store *store, enum fault_kind kind, int64_t count);

/* Are device certificates not known now, for tokens and at the broker? */
bool faults_strange(struct store *store, bool *strange);

/* What shall happen to this request: of the kinds that are set, the one that
 * was set first, which has one less to go from now on. */
bool faults_take(struct store *store, enum fault_kind *kind);

/* Calls EACH with DATA for every kind that is set, in their order. False, and
 * at once, when EACH returned false. */
bool faults_each(struct store *store,
    bool (*each)(const char *name, int64_t remaining, void *data), void *data);

#endif

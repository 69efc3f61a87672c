/* registration.h: requests that a device be let in, and what becomes of them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REGISTRATION_H
#define SANDBOX_REGISTRATION_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "sandbox/state/store.h"

/* One request; its texts live for that call. TYPE and GROUP may be NULL. */
struct registration {
	const char *id;
	const char *status; /* DEVICE_WAITING ... */
	const char *type;
	const char *group;
	int64_t created_at; /* seconds since 1970 */
};

/* Registers a device by its ID, TYPE and GROUP. With OTP it will enrol; where
 * that is NULL it will ask for its user's password, which an operator has to
 * accept. */
bool registration_put(
    struct store *store, const struct registration *request, const char *otp);

/* Adds the status of ID to STATUS, nothing where there is no request. */
bool registration_status(
    struct store *store, const char *id, struct buf *status);

/* An operator accepts ID, which waits for that or, where EARLY, has not asked
 * for its password yet. DONE: it did. */
bool registration_accept(
    struct store *store, const char *id, bool early, bool *done);

/* The device ID asks for the password of its user: that has it from now on where
 * it was accepted and has not asked since, and GIVEN is true; otherwise an
 * operator is to accept it. */
bool registration_claim(
    struct store *store, const char *id, const char *password, bool *given);

/* A device with all that is known of it; any but ID may be NULL. */
struct newcomer {
	const char *id;
	const char *otp; /* it will enrol with that; or NULL */
	const char *password; /* of its user; or NULL */
	const char *type;
	const char *name;
	const char *id_type; /* of its external id, not c8y_Serial */
	const char *fragments; /* of its managed object: a JSON object */
};

/* Registers and accepts it at once, with user and managed object. One that is
 * there, WAS, gets the new credentials in place of the old. */
bool registration_create(
    struct store *store, const struct newcomer *device, bool *was);

/* How many there are. */
bool registration_count(struct store *store, int64_t *count);

/* Calls EACH with DATA for the request ID or, where ID is NULL, for MOST of them,
 * behind the first SKIP, by id. False, and at once, when EACH returned false. */
bool registration_each(struct store *store, const char *id, int64_t skip,
    int64_t most, bool (*each)(const struct registration *request, void *data),
    void *data);

#endif

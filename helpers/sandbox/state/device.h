/* device.h: the devices that the tenant knows, and their one-time passwords.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_DEVICE_H
#define SANDBOX_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/state/store.h"

#define DEVICE_WAITING "WAITING_FOR_CONNECTION"
#define DEVICE_PENDING "PENDING_ACCEPTANCE"
#define DEVICE_ACCEPTED "ACCEPTED"

/* a device's user is called so, with its id behind */
#define DEVICE_USER "device_"

/* One device as device_each shows it; its texts live for that call. TYPE may
 * be NULL. */
struct device {
	const char *id;
	const char *status;
	const char *type;
	int64_t created_at; /* seconds since 1970 */
	int64_t certificates; /* how many were issued */
};

/* Is OTP 8 to 32 printable ASCII characters? EXIT_DATA, which never quotes it,
 * where it is not. */
bool device_check_password(const char *otp);

/* Registers ID: it may now enrol with OTP, once. One that is registered gets
 * the new OTP in place of the old; if it had enrolled before, what it holds
 * stays good. TYPE may be NULL. An OTP of NULL: it will ask for the password of
 * its user instead, see registration.h. */
bool device_register(
    struct store *store, const char *id, const char *otp, const char *type);

/* Forgets ID, its user and its managed object. WAS: it was there. */
bool device_remove(struct store *store, const char *id, bool *was);

/* May ID enrol with OTP? Not if its user is disabled. */
bool device_may_enrol(
    struct store *store, const char *id, const char *otp, bool *may);

/* Spends OTP and accepts ID. EXIT_REFUSED where that is not its password, or
 * no longer. */
bool device_accept(struct store *store, const char *id, const char *otp);

/* Registers ID as one that is accepted: a certificate that the tenant trusts
 * speaks for it. */
bool device_admit(struct store *store, const char *id);

/* Gives the device ID its managed object, with NAME and TYPE. CREATED: it had none,
 * or none with a name; otherwise nothing is changed. */
bool device_create(struct store *store, const char *id, const char *name,
    const char *type, bool *created);

/* Has ID enrolled, and was its user not disabled since, so that its certificates
 * and tokens count? */
bool device_is_known(struct store *store, const char *id, bool *known);

/* Calls EACH with DATA for the device ID, or, where ID is NULL, for all, by
 * id. False, and at once, when EACH returned false. */
bool device_each(struct store *store, const char *id,
    bool (*each)(const struct device *device, void *data), void *data);

#endif

/* user.h: the people of the tenant, and what they may do.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_USER_H
#define SANDBOX_USER_H

#include <stdbool.h>

#include "buf.h"
#include "sandbox/state/store.h"

/* the first user, who has every role */
#define USER_FIRST "admin"

/* the login that all devices share which have none of their own yet: that of the
 * tenant above all others */
#define USER_BOOTSTRAP "management/devicebootstrap"
#define USER_BOOTSTRAP_ROLE "ROLE_DEVICE_BOOTSTRAP"

/* One of them; its texts live for that call. */
struct user {
	const char *name;
	const char *password;
	const char *roles; /* with blanks between */
	bool enabled;
};

/* Every role that there is, with blanks between. */
const char *user_all_roles(void);

/* Is each of ROLES, with blanks between, a role? EXIT_USAGE: one is none. */
bool user_check_roles(const char *roles);

/* Does ROLES have one of WANTED, or the ADMIN role of a wanted READ one? An
 * empty WANTED: yes. Both are lists with blanks between. */
bool user_has_role(const char *roles, const char *wanted);

/* Puts USER in the place of what was called so. */
bool user_put(struct store *store, const struct user *user);

/* Forgets NAME. WAS: it was there. */
bool user_remove(struct store *store, const char *name, bool *was);

/* Calls EACH with DATA for the user NAME, or, where that is NULL, for all, by
 * name. False, and at once, when EACH returned false. */
bool user_each(struct store *store, const char *name,
    bool (*each)(const struct user *user, void *data), void *data);

/* Is PASSWORD that of NAME, who is enabled? ROLES then receives the roles. A
 * device's user is called "device_ID" and has ROLE_DEVICE; its password is what
 * deviceCredentials gave it. */
bool user_login(struct store *store, const char *name, const char *password,
    bool *right, struct buf *roles);

#endif

/* secret.h: the passwords by which someone may ask an EST server.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SECRET_H
#define SANDBOX_SECRET_H

#include <stdbool.h>

#include "buf.h"
#include "sandbox/state/store.h"

enum secret_kind {
	SECRET_ONCE, /* the one-time password of a device */
	SECRET_DEVICE, /* that of a device's own user */
	SECRET_USER /* that of a user */
};

/* Adds the password of NAME to OUT. FOUND: there is one, and who has it is not
 * locked out; otherwise nothing is added. Digest authentication needs it as it
 * is. */
bool secret_find(struct store *store, enum secret_kind kind, const char *name,
    bool *found, struct buf *out);

#endif

/* secret.c: the passwords by which someone may ask an EST server.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "sandbox/state/device.h"
#include "sandbox/state/secret.h"

static const char *const queries[] = {
	[SECRET_ONCE] = "SELECT otp FROM device WHERE id = ?"
			" AND otp IS NOT NULL AND enabled",
	[SECRET_DEVICE] = "SELECT password FROM device WHERE"
			  " '" DEVICE_USER "' || id = ?"
			  " AND password IS NOT NULL AND known AND enabled",
	[SECRET_USER] = "SELECT password FROM user WHERE name = ? AND enabled",
};

bool
secret_find(struct store *store, enum secret_kind kind, const char *name,
    bool *found, struct buf *out)
{
	sqlite3_stmt *row = store_prepare(store, queries[kind], "t", name);
	bool ok = row != NULL && store_next(store, row, found);

	if (ok && *found)
		ok = buf_add(
		    out, store_text(row, 0), strlen(store_text(row, 0)));
	sqlite3_finalize(row);
	return ok;
}

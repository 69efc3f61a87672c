/* revoked.c: the serial numbers that the tenant holds revoked.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "sandbox/state/option.h"
#include "sandbox/state/revoked.h"
#include "x509.h"

/* no tool makes longer serial numbers, and no CA may (RFC 5280, 4.1.2.2) */
enum { SERIAL_MOST = 64 };

bool
revoked_print(const void *serial, size_t len, struct buf *out)
{
	const unsigned char *bytes = serial;
	size_t from = 0;
	bool ok;

	while (from + 1 < len && bytes[from] == 0)
		from++;
	ok = buf_print(out, "%x", len > 0 ? bytes[from] : 0U);
	for (size_t i = from + 1; ok && i < len; i++)
		ok = buf_print(out, "%02x", bytes[i]);
	return ok;
}

bool
revoked_keep(struct store *store, const void *serial, size_t len, int64_t at)
{
	struct buf text = { 0 };
	bool ok;

	ok = revoked_print(serial, len, &text) &&
	     store_run(store,
		 "INSERT OR IGNORE INTO revoked (serial, revoked_at)"
		 " VALUES (?, ?)",
		 "ti", buf_text(&text), at);
	buf_free(&text);
	return ok;
}

bool
revoked_is_checked(struct store *store, bool *checked)
{
	return option_flag(store, "configuration", "crl.offline.check.enabled",
	    false, checked);
}

bool
revoked_has(struct store *store, gnutls_x509_crt_t crt, bool *revoked)
{
	unsigned char bytes[SERIAL_MOST];
	size_t len = sizeof bytes;
	struct buf text = { 0 };
	sqlite3_stmt *query = NULL;
	bool ok;

	ok = x509_ok(gnutls_x509_crt_get_serial(crt, bytes, &len),
		 "serial number") &&
	     revoked_print(bytes, len, &text);
	if (ok)
		query = store_prepare(store,
		    "SELECT 1 FROM revoked WHERE serial = ?", "t",
		    buf_text(&text));
	ok = query != NULL && store_next(store, query, revoked);
	sqlite3_finalize(query);
	buf_free(&text);
	return ok;
}

bool
revoked_each(struct store *store,
    bool (*each)(const char *serial, int64_t at, void *data), void *data)
{
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	query =
	    store_prepare(store, "SELECT serial, revoked_at FROM revoked", "");
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found)
		ok = each(store_text(query, 0), sqlite3_column_int64(query, 1),
			 data) &&
		     store_next(store, query, &found);
	sqlite3_finalize(query);
	return ok;
}

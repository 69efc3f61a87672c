/* provisioned.c: the certificates that devices were seen with.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "exit.h"
#include "fault.h"
#include "sandbox/state/provisioned.h"

enum { SERIAL_MOST = 64 };

/* CRT's serial in hexadecimal, lower case and without zeros before it. */
static bool
print_serial(gnutls_x509_crt_t crt, struct buf *out)
{
	unsigned char bytes[SERIAL_MOST];
	size_t len = sizeof bytes;
	size_t at = 0;
	bool ok;

	if (gnutls_x509_crt_get_serial(crt, bytes, &len) < 0 || len == 0)
		return fault(EXIT_DATA, "certificate: has no usable serial");
	while (at + 1 < len && bytes[at] == 0)
		at++;
	ok = buf_print(out, "%x", bytes[at]);
	while (ok && ++at < len)
		ok = buf_print(out, "%02x", bytes[at]);
	return ok;
}

bool
provisioned_note(struct store *store, const char *device, gnutls_x509_crt_t crt)
{
	struct buf serial = { 0 };
	bool ok;

	ok = print_serial(crt, &serial) &&
	     store_run(store,
		 "INSERT OR IGNORE INTO provisioned (device, serial,"
		 " not_before, not_after) VALUES (?, ?, ?, ?)",
		 "ttii", device, buf_text(&serial),
		 (int64_t)gnutls_x509_crt_get_activation_time(crt),
		 (int64_t)gnutls_x509_crt_get_expiration_time(crt));
	buf_free(&serial);
	return ok;
}

bool
provisioned_each(struct store *store, const char *device,
    bool (*each)(const struct provisioned *certificate, void *data), void *data)
{
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	/* of those of one second, the higher serial is the later one */
	query = store_prepare(store,
	    "SELECT serial, not_before, not_after FROM provisioned"
	    " WHERE device = ? ORDER BY not_before DESC, length(serial) DESC,"
	    " serial DESC LIMIT 5",
	    "t", device);
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found) {
		struct provisioned certificate = { .serial =
						       store_text(query, 0),
			.not_before = sqlite3_column_int64(query, 1),
			.not_after = sqlite3_column_int64(query, 2) };

		ok = each(&certificate, data) &&
		     store_next(store, query, &found);
	}
	sqlite3_finalize(query);
	return ok;
}

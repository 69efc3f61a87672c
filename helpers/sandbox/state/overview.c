/* overview.c: devices with their certificates, at a glance.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sandbox/state/overview.h"

/* ENDING: seconds, those of 30 days; MOST: certificates of one device */
enum { ENDING = 30 * 24 * 60 * 60, MOST = 300, OWN_DIGITS = 15 };

/* ?1 search, ?2 state, ?3 id, ?4 when an end is near */
#define DEVICES                                                                \
	"SELECT d.number, d.id, d.status, d.name, d.type, d.known, d.enabled," \
	" d.created_at,"                                                       \
	" (SELECT count(*) FROM certificate WHERE device = d.id),"             \
	" CASE WHEN c.serial IS NOT NULL THEN printf('%x', c.serial) END,"     \
	" c.not_before, c.not_after, coalesce(r.revoked_at, 0),"               \
	" EXISTS (SELECT 1 FROM provisioned p WHERE p.device = d.id"           \
	"  AND p.serial = printf('%x', c.serial))"                             \
	" FROM device d LEFT JOIN certificate c ON c.serial ="                 \
	" (SELECT max(serial) FROM certificate WHERE device = d.id)"           \
	" LEFT JOIN revoked r ON r.serial = printf('%x', c.serial)"            \
	" WHERE (?3 IS NULL OR d.id = ?3)"                                     \
	" AND (instr(lower(d.id), lower(?1)) > 0"                              \
	"  OR instr(lower(coalesce(d.name, '')), lower(?1)) > 0)"              \
	" AND CASE ?2 WHEN 'waiting' THEN d.status <> 'ACCEPTED'"              \
	"  WHEN 'accepted' THEN d.status = 'ACCEPTED'"                         \
	"  WHEN 'disabled' THEN NOT d.enabled"                                 \
	"  WHEN 'ending' THEN coalesce(c.not_after < ?4, 0)"                   \
	"  WHEN 'revoked' THEN r.serial IS NOT NULL ELSE 1 END"

#define FILTER(filter)                                                         \
	(filter)->search, (filter)->state, (filter)->id,                       \
	    (int64_t)time(NULL) + ENDING

bool
overview_totals(struct store *store, struct overview_totals *totals)
{
	sqlite3_stmt *query;
	bool found;
	bool ok;

	query = store_prepare(store,
	    "SELECT count(*), coalesce(sum(status <> 'ACCEPTED'), 0),"
	    " coalesce(sum(NOT enabled), 0),"
	    " (SELECT count(*) FROM certificate),"
	    " (SELECT count(*) FROM revoked) FROM device",
	    "");
	ok = query != NULL && store_next(store, query, &found);
	if (ok)
		*totals =
		    (struct overview_totals){ sqlite3_column_int64(query, 0),
			    sqlite3_column_int64(query, 1),
			    sqlite3_column_int64(query, 2),
			    sqlite3_column_int64(query, 3),
			    sqlite3_column_int64(query, 4) };
	sqlite3_finalize(query);
	return ok;
}

/* The one number that QUERY, which is finalized, answers. */
static bool
take_number(struct store *store, sqlite3_stmt *query, int64_t *number)
{
	bool found;
	bool ok = query != NULL && store_next(store, query, &found);

	if (ok)
		*number = sqlite3_column_int64(query, 0);
	sqlite3_finalize(query);
	return ok;
}

bool
overview_count(
    struct store *store, const struct overview_filter *filter, int64_t *count)
{
	return take_number(store,
	    store_prepare(store, "SELECT count(*) FROM (" DEVICES ")", "ttti",
		FILTER(filter)),
	    count);
}

static bool
show_device(sqlite3_stmt *query,
    bool (*each)(const struct overview_device *device, void *data), void *data)
{
	const struct overview_device device = {
		.number = sqlite3_column_int64(query, 0),
		.id = store_text(query, 1),
		.status = store_text(query, 2),
		.name = store_text(query, 3),
		.type = store_text(query, 4),
		.known = sqlite3_column_int(query, 5) != 0,
		.enabled = sqlite3_column_int(query, 6) != 0,
		.created_at = sqlite3_column_int64(query, 7),
		.certificates = sqlite3_column_int64(query, 8),
		.latest = { .serial = store_text(query, 9),
		    .not_before = sqlite3_column_int64(query, 10),
		    .not_after = sqlite3_column_int64(query, 11),
		    .revoked_at = sqlite3_column_int64(query, 12),
		    .ours = true,
		    .seen = sqlite3_column_int(query, 13) != 0 },
	};

	return each(&device, data);
}

bool
overview_each(struct store *store, const struct overview_filter *filter,
    int64_t skip, int64_t most,
    bool (*each)(const struct overview_device *device, void *data), void *data)
{
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	query =
	    store_prepare(store, DEVICES " ORDER BY d.id LIMIT ?5 OFFSET ?6",
		"tttiii", FILTER(filter), most, skip);
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found)
		ok = show_device(query, each, data) &&
		     store_next(store, query, &found);
	sqlite3_finalize(query);
	return ok;
}

bool
overview_certificates(struct store *store, const char *id,
    bool (*each)(const struct overview_certificate *one, void *data),
    void *data)
{
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	query = store_prepare(store,
	    "SELECT a.serial, not_before, not_after, coalesce(revoked_at, 0),"
	    " max(ours), max(seen) FROM ("
	    "SELECT printf('%x', serial) AS serial, not_before, not_after,"
	    " 1 AS ours, 0 AS seen FROM certificate WHERE device = ?1"
	    " UNION ALL SELECT serial, not_before, not_after, 0, 1"
	    " FROM provisioned WHERE device = ?1) a"
	    " LEFT JOIN revoked r ON r.serial = a.serial GROUP BY a.serial"
	    " ORDER BY not_before DESC, a.serial DESC LIMIT ?2",
	    "ti", id, (int64_t)MOST);
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found) {
		const struct overview_certificate one = { store_text(query, 0),
			sqlite3_column_int64(query, 1),
			sqlite3_column_int64(query, 2),
			sqlite3_column_int64(query, 3),
			sqlite3_column_int(query, 4) != 0,
			sqlite3_column_int(query, 5) != 0 };

		ok = each(&one, data) && store_next(store, query, &found);
	}
	sqlite3_finalize(query);
	return ok;
}

bool
overview_count_revoked(struct store *store, int64_t *count)
{
	return take_number(store,
	    store_prepare(store, "SELECT count(*) FROM revoked", ""), count);
}

/* Whose SERIAL is, where that is known. What is longer than our own serial numbers
 * is none of them, and may be too long for a number. */
static bool
show_revoked(struct store *store, sqlite3_stmt *row,
    bool (*each)(
	const char *serial, int64_t at, const char *device, void *data),
    void *data)
{
	const char *serial = store_text(row, 0);
	int64_t number =
	    strlen(serial) <= OWN_DIGITS ? strtoll(serial, NULL, 16) : -1;
	sqlite3_stmt *query;
	bool found;
	bool ok;

	query = store_prepare(store,
	    "SELECT device FROM certificate WHERE serial = ? UNION ALL"
	    " SELECT device FROM provisioned WHERE serial = ? LIMIT 1",
	    "it", number, serial);
	ok = query != NULL && store_next(store, query, &found) &&
	     each(serial, sqlite3_column_int64(row, 1),
		 found ? store_text(query, 0) : NULL, data);
	sqlite3_finalize(query);
	return ok;
}

bool
overview_revoked_each(struct store *store, int64_t skip, int64_t most,
    bool (*each)(
	const char *serial, int64_t at, const char *device, void *data),
    void *data)
{
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	query = store_prepare(store,
	    "SELECT serial, revoked_at FROM revoked"
	    " ORDER BY revoked_at DESC, serial LIMIT ? OFFSET ?",
	    "ii", most, skip);
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found)
		ok = show_revoked(store, query, each, data) &&
		     store_next(store, query, &found);
	sqlite3_finalize(query);
	return ok;
}

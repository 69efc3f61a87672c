/* managed.c: the managed objects of devices: what the inventory says of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "sandbox/state/managed.h"

/* what a tenant calls a device that has not said what it is */
#define NAME "coalesce(name, id)"
#define TYPE "coalesce(type, 'c8y_MQTTDevice')"

#define MATCHES                                                                \
	" FROM device WHERE managed AND (?1 = 0 OR number = ?1)"               \
	" AND (?2 IS NULL OR id = ?2) AND (?3 IS NULL OR id_type = ?3)"        \
	" AND (?4 IS NULL OR " TYPE " = ?4)"                                   \
	" AND (?5 = '' OR " NAME " GLOB ?5)"                                   \
	" AND (?6 IS NULL OR ?6 = 'c8y_IsDevice' OR EXISTS"                    \
	"  (SELECT 1 FROM json_each(fragments) WHERE key = ?6))"               \
	" AND (?7 IS NULL OR instr(lower(" NAME " || ' ' || " TYPE             \
	"  || ' ' || id), lower(?7)) > 0)"

/* NAME as SQLite's GLOB, in which '?' and '[' mean something; "" for NULL. */
static bool
make_glob(const char *name, struct buf *glob)
{
	if (name == NULL)
		return true;
	for (; *name != '\0'; name++) {
		bool special = strchr("?[", *name) != NULL;

		if (!buf_print(glob, special ? "[%c]" : "%c", *name))
			return false;
	}
	return true;
}

/* The query "SELECT COLUMNS ..." for FILTER; GLOB must live as long. */
static sqlite3_stmt *
prepare(struct store *store, const char *sql,
    const struct managed_filter *filter, struct buf *glob, int64_t most,
    int64_t skip)
{
	if (!make_glob(filter->name, glob))
		return NULL;
	return store_prepare(store, sql,
	    "itttttt"
	    "ii",
	    filter->number, filter->device, filter->id_type, filter->type,
	    buf_text(glob), filter->fragment, filter->text, most, skip);
}

bool
managed_count(
    struct store *store, const struct managed_filter *filter, int64_t *count)
{
	struct buf glob = { 0 };
	sqlite3_stmt *query;
	bool found;
	bool ok;

	/* LIMIT uses the two values that managed_each has besides */
	query = prepare(store, "SELECT count(*)" MATCHES " LIMIT ?8 OFFSET ?9",
	    filter, &glob, 1, 0);
	ok = query != NULL && store_next(store, query, &found);
	*count = ok ? sqlite3_column_int64(query, 0) : 0;
	sqlite3_finalize(query);
	buf_free(&glob);
	return ok;
}

bool
managed_each(struct store *store, const struct managed_filter *filter,
    int64_t skip, int64_t most,
    bool (*each)(const struct managed *object, void *data), void *data)
{
	struct buf glob = { 0 };
	sqlite3_stmt *row;
	bool found = true;
	bool ok;

	row = prepare(store,
	    "SELECT number, id, id_type, " NAME ", " TYPE ","
	    " coalesce(fragments, '{}'), created_at, known, enabled" MATCHES
	    " ORDER BY number LIMIT ?8 OFFSET ?9",
	    filter, &glob, most, skip);
	ok = row != NULL && store_next(store, row, &found);
	while (ok && found) {
		struct managed object = { .number =
					      sqlite3_column_int64(row, 0),
			.device = store_text(row, 1),
			.id_type = store_text(row, 2),
			.name = store_text(row, 3),
			.type = store_text(row, 4),
			.fragments = store_text(row, 5),
			.created_at = sqlite3_column_int64(row, 6),
			.has_user = sqlite3_column_int64(row, 7) != 0,
			.enabled = sqlite3_column_int64(row, 8) != 0 };

		ok = each(&object, data) && store_next(store, row, &found);
	}
	sqlite3_finalize(row);
	buf_free(&glob);
	return ok;
}

bool
managed_change(struct store *store, int64_t number, const char *name,
    const char *type, const char *patch, bool *was)
{
	if (!store_run(store,
		"UPDATE device SET name = coalesce(?, name),"
		" type = coalesce(?, type),"
		" fragments = json_patch(coalesce(fragments, '{}'), ?)"
		" WHERE number = ? AND managed",
		"ttti", name, type, patch, number))
		return false;
	*was = store_changed(store) > 0;
	return true;
}

bool
managed_remove(struct store *store, int64_t number, bool *was)
{
	if (!store_run(store,
		"UPDATE device SET managed = 0, name = NULL, fragments = NULL"
		" WHERE number = ? AND managed",
		"i", number))
		return false;
	*was = store_changed(store) > 0;
	return true;
}

/* faults.c: misbehaviour on demand: what the tenant will do wrong, how often.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "sandbox/state/faults.h"

static const char *const names[] = {
	[FAULT_PENDING] = "pending",
	[FAULT_BUSY] = "busy",
	[FAULT_REFUSED] = "refused",
	[FAULT_ERROR] = "error",
	[FAULT_SILENT] = "silent",
	[FAULT_GARBAGE] = "garbage",
	[FAULT_WRONG_KEY] = "wrong-key",
	[FAULT_EXPIRED] = "expired",
	[FAULT_LOST] = "lost",
	[FAULT_STRANGE] = "strange",
};

enum { NAMES = sizeof names / sizeof names[0] };

const char *
faults_names(void)
{
	return "pending busy refused error silent garbage wrong-key expired "
	       "lost strange";
}

enum fault_kind
faults_find(const char *name)
{
	for (int kind = FAULT_NONE + 1; kind < NAMES; kind++)
		if (strcmp(names[kind], name) == 0)
			return (enum fault_kind)kind;
	return FAULT_NONE;
}

bool
faults_set(struct store *store, enum fault_kind kind, int64_t count)
{
	if (count == 0)
		return store_run(store, "DELETE FROM fault WHERE kind = ?", "t",
		    names[kind]);
	/* what lasts is kept by its end */
	if (kind == FAULT_STRANGE)
		count += time(NULL);
	return store_run(store,
	    "INSERT INTO fault (kind, remaining) VALUES (?, ?)"
	    " ON CONFLICT (kind) DO UPDATE SET remaining = excluded.remaining",
	    "ti", names[kind], count);
}

bool
faults_strange(struct store *store, bool *strange)
{
	sqlite3_stmt *query;
	bool ok;

	*strange = false;
	query = store_prepare(store,
	    "SELECT 1 FROM fault WHERE kind = ? AND remaining > ?", "ti",
	    names[FAULT_STRANGE], (int64_t)time(NULL));
	ok = query != NULL && store_next(store, query, strange);
	sqlite3_finalize(query);
	return ok;
}

/* The last one goes away, and the others keep their order. */
static bool
spend(struct store *store, const char *name, int64_t remaining)
{
	if (remaining > 1)
		return store_run(store,
		    "UPDATE fault SET remaining = ? WHERE kind = ?", "it",
		    remaining - 1, name);
	return store_run(store, "DELETE FROM fault WHERE kind = ?", "t", name);
}

bool
faults_take(struct store *store, enum fault_kind *kind)
{
	sqlite3_stmt *query;
	int64_t remaining = 0;
	bool found = false;
	bool ok;

	*kind = FAULT_NONE;
	if (!store_begin(store))
		return false;
	query = store_prepare(store,
	    "SELECT kind, remaining FROM fault WHERE kind <> ?"
	    " ORDER BY rowid LIMIT 1",
	    "t", names[FAULT_STRANGE]);
	ok = query != NULL && store_next(store, query, &found);
	if (ok && found) {
		*kind = faults_find(store_text(query, 0));
		remaining = sqlite3_column_int64(query, 1);
	}
	sqlite3_finalize(query);
	if (*kind != FAULT_NONE)
		ok = spend(store, names[*kind], remaining);
	return store_end(store, ok);
}

bool
faults_each(struct store *store,
    bool (*each)(const char *name, int64_t remaining, void *data), void *data)
{
	sqlite3_stmt *query;
	bool found = true;
	bool ok;

	query = store_prepare(
	    store, "SELECT kind, remaining FROM fault ORDER BY rowid", "");
	ok = query != NULL && store_next(store, query, &found);
	while (ok && found)
		ok = each(store_text(query, 0), sqlite3_column_int64(query, 1),
			 data) &&
		     store_next(store, query, &found);
	sqlite3_finalize(query);
	return ok;
}

/* store.c: the tenant's memory: one SQLite database, DIR/sandbox.db.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "sandbox/state/store.h"

enum { BUSY_MS = 5000 };

/* What the tables below are, and user_version behind them: raised when they
 * change. */
enum { TABLES = 3 };

/* With a write-ahead log, who reads never waits for who writes. A certificate
 * outlives its device: an authority does not forget what it has signed, and a
 * serial never comes back. A serial is a number in the certificates that are our
 * own, and hexadecimal text, lower case and without zeros before it, elsewhere. */
static const char schema[] =
    "CREATE TABLE device ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT," /* of its managed object */
    " id TEXT NOT NULL UNIQUE,"
    " status TEXT NOT NULL CHECK (status IN ('WAITING_FOR_CONNECTION',"
    "  'PENDING_ACCEPTANCE', 'ACCEPTED')),"
    " otp TEXT,"
    " type TEXT,"
    " group_id TEXT,"
    " name TEXT,"
    " id_type TEXT NOT NULL DEFAULT 'c8y_Serial',"
    " known INTEGER NOT NULL DEFAULT 0," /* it has a user */
    " enabled INTEGER NOT NULL DEFAULT 1," /* that user may log in */
    " password TEXT," /* of that user, where it has one */
    " managed INTEGER NOT NULL DEFAULT 0," /* it has a managed object */
    " fragments TEXT," /* what else stands in that: a JSON object */
    " unclaimed INTEGER NOT NULL DEFAULT 0," /* accepted, with no password yet */
    " created_at INTEGER NOT NULL);"
    "CREATE TABLE certificate ("
    " serial INTEGER PRIMARY KEY,"
    " device TEXT NOT NULL,"
    " not_before INTEGER NOT NULL,"
    " not_after INTEGER NOT NULL,"
    " issued_at INTEGER NOT NULL,"
    " pem TEXT NOT NULL);"
    "CREATE INDEX certificate_device ON certificate (device);"
    "CREATE TABLE provisioned (" /* seen in a handshake */
    " device TEXT NOT NULL,"
    " serial TEXT NOT NULL,"
    " not_before INTEGER NOT NULL,"
    " not_after INTEGER NOT NULL,"
    " PRIMARY KEY (device, serial)) WITHOUT ROWID;"
    "CREATE TABLE trusted ("
    " fingerprint TEXT PRIMARY KEY,"
    " name TEXT NOT NULL,"
    " pem TEXT NOT NULL,"
    " enabled INTEGER NOT NULL,"
    " registers INTEGER NOT NULL,"
    " authority INTEGER NOT NULL,"
    " proved INTEGER NOT NULL,"
    " code TEXT,"
    " code_until INTEGER NOT NULL);"
    "CREATE TABLE revoked ("
    " serial TEXT PRIMARY KEY,"
    " revoked_at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE option ("
    " category TEXT NOT NULL,"
    " key TEXT NOT NULL,"
    " value TEXT NOT NULL,"
    " PRIMARY KEY (category, key)) WITHOUT ROWID;"
    "CREATE TABLE user ("
    " name TEXT PRIMARY KEY,"
    " password TEXT NOT NULL,"
    " roles TEXT NOT NULL,"
    " enabled INTEGER NOT NULL);"
    "CREATE TABLE pending ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " mark TEXT NOT NULL UNIQUE," /* of the request */
    " device TEXT NOT NULL,"
    " operation TEXT NOT NULL,"
    " status TEXT NOT NULL CHECK (status IN ('WAITING', 'APPROVED',"
    "  'DENIED')),"
    " asked_at INTEGER NOT NULL);"
    "CREATE TABLE audit ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " at INTEGER NOT NULL,"
    " type TEXT NOT NULL,"
    " activity TEXT NOT NULL,"
    " text TEXT NOT NULL,"
    " user TEXT NOT NULL,"
    " source TEXT);"
    "CREATE TABLE log ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " at INTEGER NOT NULL,"
    " port TEXT NOT NULL,"
    " method TEXT NOT NULL,"
    " path TEXT NOT NULL,"
    " device TEXT NOT NULL,"
    " status INTEGER NOT NULL,"
    " took INTEGER NOT NULL,"
    " note TEXT NOT NULL);"
    /* how often it has changed who may stay connected */
    "CREATE TABLE change (trust INTEGER NOT NULL, device INTEGER NOT NULL);"
    "INSERT INTO change VALUES (0, 0);"
    "CREATE TRIGGER device_removed AFTER DELETE ON device"
    " BEGIN UPDATE change SET device = device + 1; END;"
    "CREATE TRIGGER device_disabled AFTER UPDATE ON device"
    " WHEN new.known < old.known OR new.enabled < old.enabled"
    " BEGIN UPDATE change SET device = device + 1; END;"
    "CREATE TRIGGER trusted_removed AFTER DELETE ON trusted"
    " BEGIN UPDATE change SET trust = trust + 1; END;"
    "CREATE TRIGGER trusted_disabled AFTER UPDATE ON trusted"
    " WHEN new.enabled < old.enabled"
    " BEGIN UPDATE change SET trust = trust + 1; END;"
    "CREATE TRIGGER revoked_added AFTER INSERT ON revoked"
    " BEGIN UPDATE change SET trust = trust + 1; END;"
    "CREATE TRIGGER revoked_counts AFTER INSERT ON option"
    " WHEN new.category = 'configuration'"
    " BEGIN UPDATE change SET trust = trust + 1; END;"
    "CREATE TRIGGER revoked_counts_now AFTER UPDATE ON option"
    " WHEN new.category = 'configuration'"
    " BEGIN UPDATE change SET trust = trust + 1; END;"
    "CREATE TABLE fault ("
    " id INTEGER PRIMARY KEY," /* in the order in which they were set */
    " kind TEXT NOT NULL,"
    " scope INTEGER NOT NULL,"
    " device TEXT NOT NULL," /* '': any */
    " remaining INTEGER NOT NULL CHECK (remaining > 0),"
    " seconds INTEGER NOT NULL,"
    " UNIQUE (kind, device));"
    "PRAGMA user_version = 3";

static bool
fail(const struct store *store)
{
	return fault(EXIT_LOCAL, "sandbox.db: %s",
	    store->db != NULL ? sqlite3_errmsg(store->db) : "out of memory");
}

static bool
execute(struct store *store, const char *sql)
{
	return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
	       fail(store);
}

static bool
open_with(const char *dir, int flags, struct store *store)
{
	char *path = file_suffixed(dir, "/sandbox.db");
	bool ok = false;

	store->db = NULL;
	if (path == NULL)
		return fault_memory();
	if (sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | flags,
		NULL) != SQLITE_OK) {
		fault(EXIT_LOCAL, "%s: %s", path, sqlite3_errmsg(store->db));
		goto out;
	}
	/* NORMAL: whole after a kill at any point; what was committed within
	 * the last moment before a power cut may be gone. A log of 32 MB is
	 * synced to disk less often than one of 4 */
	ok = sqlite3_busy_timeout(store->db, BUSY_MS) == SQLITE_OK &&
	     execute(store, "PRAGMA synchronous = NORMAL") &&
	     execute(store, "PRAGMA wal_autocheckpoint = 8000");
out:
	if (!ok)
		store_close(store);
	free(path);
	return ok;
}

/* The version of the tables, 0 where there are none yet. */
static bool
read_version(struct store *store, int *version)
{
	sqlite3_stmt *query = store_prepare(store, "PRAGMA user_version", "");
	bool found;
	bool ok = query != NULL && store_next(store, query, &found);

	*version = ok ? sqlite3_column_int(query, 0) : 0;
	sqlite3_finalize(query);
	return ok;
}

/* All of the tables, or none. */
static bool
make_tables(struct store *store)
{
	return execute(store, "PRAGMA journal_mode = WAL") &&
	       store_begin(store) && store_end(store, execute(store, schema));
}

bool
store_create(const char *dir)
{
	struct store store;
	int version;
	bool ok;

	if (!open_with(dir, SQLITE_OPEN_CREATE, &store))
		return false;
	ok = read_version(&store, &version) &&
	     (version > 0 || make_tables(&store));
	store_close(&store);
	return ok;
}

bool
store_open(const char *dir, struct store *store)
{
	int version;

	if (!open_with(dir, 0, store))
		return false;
	if (read_version(store, &version) && version == TABLES)
		return true;
	if (version != TABLES)
		fault(EXIT_DATA,
		    "%s/sandbox.db: made by another version of certcycle: stop "
		    "without --keep removes it",
		    dir);
	store_close(store);
	return false;
}

void
store_close(struct store *store)
{
	sqlite3_close(store->db);
	store->db = NULL;
}

bool
store_begin(struct store *store)
{
	/* IMMEDIATE: waits for its turn now, not in the midst of the work */
	return execute(store, "BEGIN IMMEDIATE");
}

bool
store_end(struct store *store, bool ok)
{
	if (ok && execute(store, "COMMIT"))
		return true;
	/* not by execute: the fault that led here is the one to tell */
	sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

static sqlite3_stmt *
prepare(struct store *store, const char *sql, const char *types, va_list args)
{
	sqlite3_stmt *made = NULL;
	int rc;

	rc = sqlite3_prepare_v2(store->db, sql, -1, &made, NULL);
	for (int i = 0; rc == SQLITE_OK && types[i] != '\0'; i++)
		rc = types[i] == 't'
			 ? sqlite3_bind_text(made, i + 1,
			       va_arg(args, const char *), -1, SQLITE_STATIC)
			 : sqlite3_bind_int64(
			       made, i + 1, va_arg(args, int64_t));
	if (rc == SQLITE_OK)
		return made;
	fail(store);
	sqlite3_finalize(made);
	return NULL;
}

sqlite3_stmt *
store_prepare(struct store *store, const char *sql, const char *types, ...)
{
	sqlite3_stmt *made;
	va_list args;

	va_start(args, types);
	made = prepare(store, sql, types, args);
	va_end(args);
	return made;
}

bool
store_next(struct store *store, sqlite3_stmt *statement, bool *found)
{
	int rc = sqlite3_step(statement);

	*found = rc == SQLITE_ROW;
	return rc == SQLITE_ROW || rc == SQLITE_DONE || fail(store);
}

bool
store_run(struct store *store, const char *sql, const char *types, ...)
{
	sqlite3_stmt *made;
	va_list args;
	bool found;
	bool ok;

	va_start(args, types);
	made = prepare(store, sql, types, args);
	va_end(args);
	ok = made != NULL && store_next(store, made, &found);
	sqlite3_finalize(made);
	return ok;
}

int
store_changed(const struct store *store)
{
	return sqlite3_changes(store->db);
}

const char *
store_text(sqlite3_stmt *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

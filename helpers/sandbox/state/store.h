/* store.h: the tenant's memory: one SQLite database, DIR/sandbox.db.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_STORE_H
#define SANDBOX_STORE_H

#include <stdbool.h>
#include <sqlite3.h>

/* Server, admin and broker plugin have it open at the same time, one struct
 * each. A struct belongs to one thread at a time. Every fault is EXIT_LOCAL,
 * but for what stands below. */
struct store {
	sqlite3 *db;
};

/* Makes DIR/sandbox.db with its tables where it is missing. */
bool store_create(const char *dir);

/* Opens DIR/sandbox.db, which store_create made; ended by store_close. EXIT_DATA:
 * one of another version did. */
bool store_open(const char *dir, struct store *store);

/* Closes; a STORE that is all zero is nothing to do. */
void store_close(struct store *store);

/* Begins a transaction in which no one else can write; store_end must follow.
 */
bool store_begin(struct store *store);

/* Commits where OK is true, rolls back otherwise. True: it is committed. */
bool store_end(struct store *store, bool ok);

/* Prepares SQL with a value for each of its '?'. TYPES has one letter a value:
 * 't' a text (const char *, NULL is SQL's NULL), 'i' a number (int64_t). The
 * texts must live as long as the statement, which the caller finalizes. NULL:
 * a fault. */
sqlite3_stmt *store_prepare(
    struct store *store, const char *sql, const char *types, ...);

/* Steps to STATEMENT's next row; FOUND is false behind the last one. */
bool store_next(struct store *store, sqlite3_stmt *statement, bool *found);

/* The text in COLUMN, from 0 up, of the row that STATEMENT is at, until it steps
 * on; NULL for SQL's NULL. */
const char *store_text(sqlite3_stmt *statement, int column);

/* Runs SQL that answers no rows, values as above; store_changed says how many
 * rows it touched. */
bool store_run(struct store *store, const char *sql, const char *types, ...);
int store_changed(const struct store *store);

#endif

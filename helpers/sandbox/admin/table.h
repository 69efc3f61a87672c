/* table.h: lines of fields, for people and for programs.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_TABLE_H
#define SANDBOX_TABLE_H

#include <stdbool.h>

#include "buf.h"

/* The most columns that a table has. */
enum { TABLE_COLUMNS = 8 };

/* A table's columns. ON_TERMINAL: it begins with a line of their names, and
 * fields are as wide as WIDTHS says at least; otherwise a tab is between them and
 * nothing else. */
struct table {
	const char *names[TABLE_COLUMNS]; /* ends with a NULL, or is full */
	int widths[TABLE_COLUMNS];
	bool on_terminal;
};

/* TABLE is for standard output: is that a terminal? Adds the line of names. */
bool table_begin(struct table *table, struct buf *out);

/* Adds a line. FIELDS are as many as there are columns; what is not clean in them
 * is escaped, and an empty one is "-". */
bool table_line(
    const struct table *table, const char *const fields[], struct buf *out);

#endif

/* csv.h: tables as text (RFC 4180), as spreadsheets write them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CSV_H
#define CERTCYCLE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* A table that is read, and the row that it is at: COUNT fields, which begins on
 * LINE, from 1 up. */
struct csv {
	const char *at;
	const char *end;
	char separator;
	size_t next_line;
	size_t line;
	size_t count;
	size_t *starts; /* of the fields in TEXT */
	size_t room; /* for so many */
	struct buf text;
};

/* Reads from LEN bytes of TEXT, which must live as long; ended by csv_close. A
 * byte order mark before it is skipped. What separates fields is the tab, the
 * semicolon or the comma that the first line has most of. */
void csv_open(struct csv *csv, const void *text, size_t len);

/* Steps to the next row, from LF or CRLF to the next; empty lines are none.
 * FOUND is false behind the last one. A field in quotes may have all in it, with
 * "" for a quote; one without loses the blanks around it. EXIT_DATA, with the
 * line: a quote that does not end, text behind one, or a NUL. */
bool csv_next(struct csv *csv, bool *found);

/* Field NUMBER of the row, from 0 up, until the next csv_next; "" where the row
 * is shorter. */
const char *csv_field(const struct csv *csv, size_t number);

/* Wipes and frees; a CSV that is all zero is nothing to do. */
void csv_close(struct csv *csv);

#endif

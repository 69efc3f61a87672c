/* rows.h: objects of JSON as rows, their members as columns.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_ROWS_H
#define CERTCYCLE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "buf.h"

/* A column is PATH or TITLE=PATH. The path is one of pick.h, or several with a '|'
 * between, of which the first counts that leads to something else than null; "."
 * is the whole. */
struct rows_form {
	char *const *columns;
	size_t width; /* how many they are; 0: the object itself, as JSON */
	char **where; /* PATH=VALUE: only rows of one of these */
	size_t wheres; /* how many they are; 0: all rows */
	const char *without; /* a prefix that the first column has not; NULL */
	bool table; /* columns below each other, their titles above */
};

/* The cells, each with a NUL behind it, row by row; freed by rows_free. */
struct rows {
	struct buf cells;
	size_t count; /* of rows */
	size_t found; /* of cells that something was there for */
};

/* Is there a "PATH=" in SPEC? */
bool rows_is_where(const char *spec);

/* Adds OBJECT as a row, unless it is none that FORM wants. */
bool rows_add(const struct rows_form *form, json_t *object, struct rows *rows);

/* Adds to KEPT, as its member PATH, the array that PATH leads to in JSON, with those
 * of its items that FORM wants. ARRAY is whether it is one. */
bool rows_keep(const struct rows_form *form, json_t *json, const char *path,
    json_t *kept, bool *array);

/* Adds all items of the array that PATH leads to in JSON. ARRAY is whether it is
 * one. */
bool rows_add_all(const struct rows_form *form, json_t *json, const char *path,
    struct rows *rows, bool *array);

/* Rows whose first cells are alike become one, in which an empty cell is what the
 * next of them has there; they are in the order of that cell then. */
bool rows_merge(const struct rows_form *form, struct rows *rows);

/* Adds the rows to OUT, a line each, with a tab between the cells; or as a table
 * with two blanks at least between them, and '-' for an empty one. What is in a
 * cell stays in it: control characters are escaped (text.h). */
bool rows_print(
    const struct rows_form *form, const struct rows *rows, struct buf *out);

void rows_free(struct rows *rows);

#endif

/* rows.c: objects of JSON as rows, their members as columns.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "pick.h"
#include "rows.h"
#include "text.h"

bool
rows_is_where(const char *spec)
{
	return spec[0] != '=' && strchr(spec, '=') != NULL;
}

/* What the LEN bytes of PATH lead to, one way or the next; NULL: nothing. */
static json_t *
find(json_t *object, const char *path, size_t len)
{
	json_t *found = NULL;
	size_t part;

	for (;; path += part + 1, len -= part + 1) {
		for (part = 0; part < len && path[part] != '|'; part++)
			;
		found = part == 1 && path[0] == '.'
			    ? object
			    : pick_member(object, path, part);
		if ((found != NULL && !json_is_null(found)) || part == len)
			break;
	}
	return json_is_null(found) ? NULL : found;
}

/* The path of the column SPEC: a title may stand before it. */
static const char *
path_of(const char *spec)
{
	const char *equals = strchr(spec, '=');

	return equals != NULL ? equals + 1 : spec;
}

/* Is in OBJECT what SPEC says? */
static bool
holds(json_t *object, const char *spec, bool *is)
{
	struct buf text = { 0 };
	size_t len = strcspn(spec, "=");
	json_t *value = find(object, spec, len);
	bool ok = value == NULL || pick_print(value, &text);

	*is = strcmp(buf_text(&text), spec + len + 1) == 0;
	buf_free(&text);
	return ok;
}

static bool
is_wanted(const struct rows_form *form, json_t *object, bool *wanted)
{
	bool ok = true;

	*wanted = form->wheres == 0;
	for (size_t i = 0; ok && !*wanted && i < form->wheres; i++)
		ok = holds(object, form->where[i], wanted);
	return ok;
}

/* Adds one cell; the prefix WITHOUT, where it is there, is left out. */
static bool
add_cell(struct rows *rows, const json_t *value, const char *without)
{
	struct buf text = { 0 };
	size_t skip = 0;
	bool ok = value == NULL || pick_print(value, &text);

	rows->found += value != NULL;
	if (without != NULL &&
	    strncmp(buf_text(&text), without, strlen(without)) == 0)
		skip = strlen(without);
	ok = ok &&
	     text_escape(
		 buf_text(&text) + skip, text.len - skip, &rows->cells) &&
	     buf_add(&rows->cells, "", 1);
	buf_free(&text);
	return ok;
}

bool
rows_add(const struct rows_form *form, json_t *object, struct rows *rows)
{
	bool wanted;
	bool ok = is_wanted(form, object, &wanted);

	if (!ok || !wanted)
		return ok;
	if (form->width == 0)
		ok = add_cell(rows, object, NULL);
	for (size_t i = 0; ok && i < form->width; i++) {
		const char *path = path_of(form->columns[i]);

		ok = add_cell(rows, find(object, path, strlen(path)),
		    i == 0 ? form->without : NULL);
	}
	rows->count++;
	return ok;
}

bool
rows_add_all(const struct rows_form *form, json_t *json, const char *path,
    struct rows *rows, bool *array)
{
	json_t *items = find(json, path, strlen(path));
	bool ok = true;

	*array = json_is_array(items);
	for (size_t i = 0; ok && i < json_array_size(items); i++)
		ok = rows_add(form, json_array_get(items, i), rows);
	return ok;
}

bool
rows_keep(const struct rows_form *form, json_t *json, const char *path,
    json_t *kept, bool *array)
{
	json_t *items = find(json, path, strlen(path));
	json_t *some;
	bool wanted;
	bool ok;

	*array = json_is_array(items);
	if (!*array)
		return true;
	some = json_array();
	ok = json_object_set_new(kept, path, some) == 0 || fault_memory();
	for (size_t i = 0; ok && i < json_array_size(items); i++) {
		json_t *item = json_array_get(items, i);

		ok = is_wanted(form, item, &wanted);
		if (ok && wanted)
			ok = json_array_append(some, item) == 0 ||
			     fault_memory();
	}
	return ok;
}

/* The row behind the one at TEXT. */
static const char *
next_row(const struct rows_form *form, const char *text)
{
	for (size_t i = 0; i < form->width; i++)
		text += strlen(text) + 1;
	return text;
}

/* By the first cell; of those alike, as they came. */
static int
compare(const void *one, const void *other)
{
	const char *a = *(const char *const *)one;
	const char *b = *(const char *const *)other;
	int order = strcmp(a, b);

	return order != 0 ? order : (a > b) - (a < b);
}

/* Adds to OUT a row of what is in the COUNT rows at STARTS. */
static bool
add_merged(const struct rows_form *form, const char **starts, size_t count,
    struct buf *out)
{
	bool ok = true;

	for (size_t i = 0; ok && i < form->width; i++) {
		const char *cell = "";

		for (size_t j = 0; j < count; j++) {
			if (cell[0] == '\0')
				cell = starts[j];
			starts[j] += strlen(starts[j]) + 1;
		}
		ok = buf_add(out, cell, strlen(cell) + 1);
	}
	return ok;
}

bool
rows_merge(const struct rows_form *form, struct rows *rows)
{
	const char **starts = calloc(rows->count + 1, sizeof *starts);
	const char *text = buf_text(&rows->cells);
	struct rows merged = { .found = rows->found };
	bool ok = starts != NULL || fault_memory();
	size_t alike;

	for (size_t i = 0; ok && i < rows->count; i++) {
		starts[i] = text;
		text = next_row(form, text);
	}
	if (ok)
		qsort(starts, rows->count, sizeof *starts, compare);
	for (size_t i = 0; ok && i < rows->count; i += alike) {
		for (alike = 1; i + alike < rows->count &&
				strcmp(starts[i], starts[i + alike]) == 0;
		     alike++)
			;
		ok = add_merged(form, starts + i, alike, &merged.cells);
		merged.count++;
	}
	free(starts);
	if (ok)
		rows_free(rows);
	else
		rows_free(&merged);
	if (ok)
		*rows = merged;
	return ok;
}

static bool
add_blanks(size_t count, struct buf *out)
{
	bool ok = true;

	while (ok && count-- > 0)
		ok = buf_add(out, " ", 1);
	return ok;
}

/* What is written of the cell TEXT: in a table no place is empty. */
static const char *
shown(const struct rows_form *form, const char *text)
{
	return form->table && text[0] == '\0' ? "-" : text;
}

/* Adds a line of the cells at TEXT. WIDEST is how wide the columns are, NULL where
 * they need not stand below each other; the last one has no need to. */
static bool
add_line(const struct rows_form *form, const char *text, const size_t *widest,
    struct buf *out)
{
	size_t width = form->width > 0 ? form->width : 1;
	bool ok = true;

	for (size_t i = 0; ok && i < width; i++, text += strlen(text) + 1) {
		const char *cell = shown(form, text);
		size_t len = strlen(cell);

		ok = buf_add(out, cell, len);
		if (ok && i + 1 == width)
			ok = buf_add(out, "\n", 1);
		else if (ok && widest != NULL)
			ok = add_blanks(
			    widest[i] + 2 - text_count(cell, len), out);
		else if (ok)
			ok = buf_add(out, "\t", 1);
	}
	return ok;
}

/* Adds the titles to CELLS as a row. */
static bool
add_titles(const struct rows_form *form, struct buf *cells)
{
	bool ok = true;

	for (size_t i = 0; ok && i < form->width; i++)
		ok = text_escape(form->columns[i],
			 strcspn(form->columns[i], "="), cells) &&
		     buf_add(cells, "", 1);
	return ok;
}

static void
widen(const struct rows_form *form, const char *text, size_t *widest)
{
	for (size_t i = 0; i < form->width; i++, text += strlen(text) + 1) {
		const char *cell = shown(form, text);
		size_t wide = text_count(cell, strlen(cell));

		if (wide > widest[i])
			widest[i] = wide;
	}
}

static bool
print_table(
    const struct rows_form *form, const struct rows *rows, struct buf *out)
{
	struct buf titles = { 0 };
	size_t *widest = calloc(form->width, sizeof *widest);
	const char *text = buf_text(&rows->cells);
	bool ok = widest != NULL ? add_titles(form, &titles) : fault_memory();

	if (ok)
		widen(form, buf_text(&titles), widest);
	for (size_t i = 0; ok && i < rows->count; i++) {
		widen(form, text, widest);
		text = next_row(form, text);
	}
	ok = ok && add_line(form, buf_text(&titles), widest, out);
	text = buf_text(&rows->cells);
	for (size_t i = 0; ok && i < rows->count; i++) {
		ok = add_line(form, text, widest, out);
		text = next_row(form, text);
	}
	buf_free(&titles);
	free(widest);
	return ok;
}

bool
rows_print(
    const struct rows_form *form, const struct rows *rows, struct buf *out)
{
	const char *text = buf_text(&rows->cells);
	bool ok = true;

	if (form->table && form->width > 0)
		return print_table(form, rows, out);
	for (size_t i = 0; ok && i < rows->count; i++) {
		ok = add_line(form, text, NULL, out);
		text = form->width > 0 ? next_row(form, text)
				       : text + strlen(text) + 1;
	}
	return ok;
}

void
rows_free(struct rows *rows)
{
	buf_free(&rows->cells);
	*rows = (struct rows){ 0 };
}

/* table.c: lines of fields, for people and for programs.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "sandbox/admin/table.h"
#include "text.h"

static bool
is_last(const struct table *table, int column)
{
	return column + 1 == TABLE_COLUMNS || table->names[column + 1] == NULL;
}

static bool
add_field(
    const struct table *table, int column, const char *text, struct buf *out)
{
	size_t begin = out->len;
	size_t width = (size_t)table->widths[column];
	bool ok;

	ok = *text == '\0' ? buf_print(out, "-")
			   : text_escape(text, strlen(text), out);
	if (!ok || is_last(table, column))
		return ok && buf_print(out, "\n");
	if (!table->on_terminal)
		return buf_print(out, "\t");
	do
		ok = buf_print(out, " ");
	while (ok && out->len - begin < width + 2);
	return ok;
}

bool
table_line(
    const struct table *table, const char *const fields[], struct buf *out)
{
	bool ok = true;

	for (int i = 0; ok && i < TABLE_COLUMNS && table->names[i] != NULL; i++)
		ok = add_field(table, i, fields[i], out);
	return ok;
}

bool
table_begin(struct table *table, struct buf *out)
{
	table->on_terminal = isatty(STDOUT_FILENO) == 1;
	return !table->on_terminal || table_line(table, table->names, out);
}

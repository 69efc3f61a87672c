/* csv.c: tables as text (RFC 4180), as spreadsheets write them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "exit.h"
#include "fault.h"

/* The separator of which the first line has most, outside of quotes. */
static char
find_separator(const struct csv *csv)
{
	static const char all[] = ",;\t";
	size_t seen[sizeof all] = { 0 };
	bool quoted = false;
	size_t best = 0;

	for (const char *at = csv->at; at < csv->end; at++) {
		const char *found = *at != '\0' ? strchr(all, *at) : NULL;

		if (*at == '\n' && !quoted)
			break;
		if (*at == '"')
			quoted = !quoted;
		if (found != NULL && !quoted)
			seen[found - all]++;
	}
	for (size_t i = 1; i < sizeof all - 1; i++)
		if (seen[i] > seen[best])
			best = i;
	return all[best];
}

void
csv_open(struct csv *csv, const void *text, size_t len)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t skip = sizeof mark - 1;

	*csv = (struct csv){ .next_line = 1 };
	if (len == 0)
		return;
	csv->at = text;
	csv->end = csv->at + len;
	if (len >= skip && memcmp(text, mark, skip) == 0)
		csv->at += skip;
	csv->separator = find_separator(csv);
}

/* Is the reader where a row ends? */
static bool
at_row_end(const struct csv *csv)
{
	return csv->at == csv->end || *csv->at == '\n' ||
	       (*csv->at == '\r' &&
		   (csv->at + 1 == csv->end || csv->at[1] == '\n'));
}

/* Steps over the line feed that ends a row, if there is one. */
static void
end_row(struct csv *csv)
{
	if (csv->at < csv->end && *csv->at == '\r')
		csv->at++;
	if (csv->at == csv->end)
		return;
	csv->at++;
	csv->next_line++;
}

/* The bytes up to the quote that ends them, which is stepped over. */
static bool
read_quoted(struct csv *csv)
{
	csv->at++;
	for (;;) {
		const char *from = csv->at;

		while (csv->at < csv->end && *csv->at != '"')
			csv->next_line += *csv->at++ == '\n';
		if (csv->at == csv->end)
			return fault(EXIT_DATA,
			    "line %zu: a quote does not end", csv->line);
		csv->at++;
		if (csv->at == csv->end || *csv->at != '"')
			return buf_add(
			    &csv->text, from, (size_t)(csv->at - 1 - from));
		/* two of them are one, which is a part of the field */
		if (!buf_add(&csv->text, from, (size_t)(csv->at - from)))
			return false;
		csv->at++;
	}
}

static bool
is_blank(const struct csv *csv, char c)
{
	return c == ' ' || (c == '\t' && csv->separator != '\t');
}

static bool
read_plain(struct csv *csv)
{
	const char *from = csv->at;
	const char *to;

	while (!at_row_end(csv) && *csv->at != csv->separator)
		csv->at++;
	to = csv->at;
	while (to > from && is_blank(csv, to[-1]))
		to--;
	return buf_add(&csv->text, from, (size_t)(to - from));
}

/* Notes that a field starts here. */
static bool
add_start(struct csv *csv)
{
	if (csv->count == csv->room) {
		size_t room = csv->room * 2 + 16;
		size_t *starts =
		    reallocarray(csv->starts, room, sizeof *csv->starts);

		if (starts == NULL)
			return fault_memory();
		csv->starts = starts;
		csv->room = room;
	}
	csv->starts[csv->count++] = csv->text.len;
	return true;
}

/* One field, with a NUL behind it. */
static bool
read_field(struct csv *csv)
{
	size_t start = csv->text.len;

	if (!add_start(csv))
		return false;
	while (csv->at < csv->end && is_blank(csv, *csv->at))
		csv->at++;
	if (csv->at == csv->end || *csv->at != '"') {
		if (!read_plain(csv))
			return false;
	} else {
		if (!read_quoted(csv))
			return false;
		while (csv->at < csv->end && is_blank(csv, *csv->at))
			csv->at++;
		if (!at_row_end(csv) && *csv->at != csv->separator)
			return fault(EXIT_DATA,
			    "line %zu: there is text behind a quote",
			    csv->line);
	}
	if (csv->text.len > start &&
	    memchr(csv->text.data + start, '\0', csv->text.len - start) != NULL)
		return fault(EXIT_DATA, "line %zu: not text", csv->line);
	return buf_add(&csv->text, "", 1);
}

bool
csv_next(struct csv *csv, bool *found)
{
	*found = false;
	csv->count = 0;
	csv->text.len = 0;
	while (csv->at < csv->end && at_row_end(csv))
		end_row(csv);
	if (csv->at == csv->end)
		return true;
	csv->line = csv->next_line;
	for (;;) {
		if (!read_field(csv))
			return false;
		if (at_row_end(csv))
			break;
		csv->at++;
	}
	end_row(csv);
	*found = true;
	return true;
}

const char *
csv_field(const struct csv *csv, size_t number)
{
	return number < csv->count
		   ? (const char *)csv->text.data + csv->starts[number]
		   : "";
}

void
csv_close(struct csv *csv)
{
	free(csv->starts);
	buf_free(&csv->text);
	*csv = (struct csv){ .at = NULL };
}

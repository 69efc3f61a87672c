/* row.c: the rows and fields of a SmartREST message.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "sandbox/broker/row.h"

/* What stands in quotes: a quote in it has a backslash, or a quote, before it. */
static bool
take_quoted(struct row_reader *reader, struct buf *field)
{
	for (reader->at++; reader->at < reader->end; reader->at++) {
		const char *next = reader->at + 1;
		bool more = next < reader->end;

		if (more && *next == '"' &&
		    (*reader->at == '\\' || *reader->at == '"'))
			reader->at++;
		else if (*reader->at == '"') {
			reader->at++;
			return true;
		}
		if (!buf_add(field, reader->at, 1))
			return false;
	}
	return true;
}

bool
row_field(struct row_reader *reader, struct buf *field)
{
	field->len = 0;
	if (reader->at >= reader->end || *reader->at == '\n')
		return false;
	if (*reader->at == '"' && !take_quoted(reader, field))
		return false;
	for (; reader->at < reader->end && *reader->at != '\n'; reader->at++) {
		if (*reader->at == ',') {
			reader->at++;
			break;
		}
		if (*reader->at != '\r' && !buf_add(field, reader->at, 1))
			return false;
	}
	return true;
}

bool
row_next(struct row_reader *reader)
{
	struct buf rest = { 0 };

	while (row_field(reader, &rest))
		;
	buf_free(&rest);
	if (reader->at < reader->end)
		reader->at++;
	return reader->at < reader->end;
}

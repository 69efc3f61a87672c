/* row: a SmartREST message, written with all its fields in quotes, is read as the
 * same.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "sandbox/broker/row.h"

/* Writes what is read from DATA to OUT; an empty row is none. */
static void
reprint(const void *data, size_t size, struct buf *out)
{
	const char *begin = size > 0 ? data : "";
	struct row_reader reader = { begin, begin + size };
	struct buf field = { 0 };
	bool first;

	do {
		for (first = true; row_field(&reader, &field); first = false) {
			must(field.len <= size);
			must(first || buf_add(out, ",", 1));
			must(buf_add(out, "\"", 1));
			for (size_t i = 0; i < field.len; i++)
				must(buf_add(out, &field.data[i], 1) &&
				     (field.data[i] != '"' ||
					 buf_add(out, "\"", 1)));
			must(buf_add(out, "\"", 1));
		}
		must(first || buf_add(out, "\n", 1));
		must(reader.at <= reader.end);
	} while (row_next(&reader));
	buf_free(&field);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once = { 0 };
	struct buf again = { 0 };

	reprint(data, size, &once);
	/* nothing says that a backslash could stand at a field's end */
	if (size > 0 && memchr(data, '\\', size) == NULL) {
		reprint(once.data, once.len, &again);
		must(fuzz_same(&once, &again));
	}
	buf_free(&once);
	buf_free(&again);
	return 0;
}

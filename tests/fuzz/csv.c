/* csv: a table that is accepted, written with all its fields in quotes, is read
 * as the same.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "csv.h"
#include "fuzz.h"

static void
print_row(const struct csv *csv, struct buf *out)
{
	for (size_t i = 0; i < csv->count; i++) {
		const char *at = csv_field(csv, i);

		must(i == 0 || buf_add(out, &csv->separator, 1));
		must(buf_add(out, "\"", 1));
		for (; *at != '\0'; at++)
			must(buf_add(out, at, 1) &&
			     (*at != '"' || buf_add(out, at, 1)));
		must(buf_add(out, "\"", 1));
	}
	must(buf_add(out, "\r\n", 2));
}

/* Reads DATA to its end, and writes it to OUT. A SEPARATOR that is not 0 is taken,
 * not guessed; and receives what was. */
static bool
reprint(const void *data, size_t size, char *separator, struct buf *out)
{
	struct csv csv;
	size_t line = 0;
	bool found;
	bool ok;

	csv_open(&csv, data, size);
	if (*separator != '\0')
		csv.separator = *separator;
	*separator = csv.separator;
	while ((ok = csv_next(&csv, &found)) && found) {
		must(csv.count > 0 && csv.line > line);
		must(*csv_field(&csv, csv.count) == '\0');
		line = csv.line;
		print_row(&csv, out);
	}
	csv_close(&csv);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf input = fuzz_buf(data, size);
	struct buf once = { 0 };
	struct buf again = { 0 };
	char separator = '\0';

	if (reprint(input.data, input.len, &separator, &once)) {
		must(reprint(once.data, once.len, &separator, &again));
		must(fuzz_same(&once, &again));
	}
	buf_free(&input);
	buf_free(&once);
	buf_free(&again);
	return 0;
}

/* rows: whatever the JSON is, a row is a line, and a line has its columns and no
 * control characters. The first line of the input is two columns with a blank
 * between, the rest the JSON.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "rest/rows.h"
#include "text.h"

static size_t
count(const struct buf *text, char wanted)
{
	size_t found = 0;

	for (size_t i = 0; i < text->len; i++)
		found += text->data[i] == (unsigned char)wanted;
	return found;
}

static void
check(const struct rows_form *form, const struct rows *rows)
{
	struct buf out = { 0 };
	size_t lines = rows->count + (form->table ? 1 : 0);

	must(rows_print(form, rows, &out));
	must(count(&out, '\n') == lines);
	must(form->table || count(&out, '\t') == rows->count);
	for (size_t i = 0; i < out.len; i++)
		if (out.data[i] == '\n' || out.data[i] == '\t')
			out.data[i] = ' ';
	must(text_is_clean(buf_text(&out), out.len));
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t len = end != NULL ? (size_t)(end - data) : size;
	char *head = fuzz_string(data, len);
	char *blank = strchr(head, ' ');
	char *columns[2] = { head, blank != NULL ? blank + 1 : head };
	struct rows_form form = { .columns = columns, .width = 2 };
	struct rows rows = { 0 };
	json_t *json = json_loadb(
	    (const char *)data + len, size - len, JSON_DECODE_ANY, NULL);
	bool array;

	if (blank != NULL)
		*blank = '\0';
	if (json != NULL) {
		must(rows_add_all(&form, json, head, &rows, &array));
		must(array || rows.count == 0);
		must(rows_add(&form, json, &rows));
		check(&form, &rows);
		form.table = true;
		check(&form, &rows);
		must(rows_merge(&form, &rows) && rows.count > 0);
		check(&form, &rows);
	}
	json_decref(json);
	rows_free(&rows);
	free(head);
	return 0;
}

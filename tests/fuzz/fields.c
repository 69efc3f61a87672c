/* fields: what is found in a form stands in it, with a boundary behind.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "sandbox/http/fields.h"

/* the first line is the media type, the rest the body */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf all = fuzz_buf(data, size);
	struct buf out = { 0 };
	char *text = (char *)all.data;
	char *line = text != NULL ? strchr(text, '\n') : NULL;
	const char *body;
	size_t len;
	bool found;

	if (line == NULL)
		goto out;
	*line = '\0';
	body = line + 1;
	len = all.len - (size_t)(body - text);
	must(fields_find(text, body, len, "file", &found, &out));
	must(found || out.len == 0);
	if (found && out.len > 0) {
		const char *at = memmem(body, len, out.data, out.len);

		must(at != NULL);
		must(
		    memmem(at, len - (size_t)(at - body), "\r\n--", 4) != NULL);
	}
out:
	buf_free(&out);
	buf_free(&all);
	return 0;
}

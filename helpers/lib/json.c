/* json.c: JSON that any terminal may see.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "fault.h"
#include "json.h"

static bool
add_safe(const unsigned char *text, struct buf *out)
{
	bool ok = true;

	for (; ok && *text != '\0'; text++) {
		if (*text == 0x7f)
			ok = buf_print(out, "\\u007f");
		else if (*text == 0xc2 && text[1] < 0xa0)
			ok = buf_print(out, "\\u00%02x", *++text);
		else
			ok = buf_add(out, text, 1);
	}
	return ok;
}

bool
json_print(const json_t *json, size_t flags, struct buf *out)
{
	char *text = json_dumps(json, flags);
	bool ok = text != NULL ? add_safe((unsigned char *)text, out)
			       : fault_memory();

	free(text);
	return ok;
}

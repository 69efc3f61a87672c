/* outcome.c: which answers of a REST service are good, and what is in them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <jansson.h>

#include "exit.h"
#include "fault.h"
#include "outcome.h"
#include "pick.h"

/* Is there a status at TEXT, or a class of them, and then the end or a comma? */
static bool
is_status(const char *text)
{
	return text[0] >= '1' && text[0] <= '5' &&
	       (strspn(text, "0123456789") == 3 ||
		   strncmp(text + 1, "xx", 2) == 0) &&
	       (text[3] == ',' || text[3] == '\0');
}

bool
outcome_check(const char *list)
{
	const char *at = list;

	while (is_status(at) && at[3] == ',')
		at += 4;
	return is_status(at) ||
	       fault(EXIT_USAGE,
		   "--expect: %s: statuses have a comma between them, as in "
		   "2xx,404",
		   list);
}

bool
outcome_has(const char *list, long status)
{
	char digits[sizeof "-9223372036854775808"];

	snprintf(digits, sizeof digits, "%ld", status);
	for (; list[0] != '\0'; list += list[3] == ',' ? 4 : 3)
		if (strncmp(list, digits, list[1] == 'x' ? 1 : 3) == 0)
			return true;
	return false;
}

static bool
print_value(const json_t *value, struct buf *out)
{
	size_t before = out->len;

	return pick_print(value, out) &&
	       ((out->len > before && out->data[out->len - 1] == '\n') ||
		   buf_add(out, "\n", 1));
}

bool
outcome_pick(
    const struct buf *body, const char *path, const char *name, struct buf *out)
{
	json_t *json = json_loadb(buf_text(body), body->len, 0, NULL);
	json_t *value = pick_member(json, path, strlen(path));
	bool ok;

	if (json == NULL)
		ok = fault(EXIT_UNTRUSTED, "%s: the answer is not JSON", name);
	else if (value == NULL)
		ok = fault(
		    EXIT_UNTRUSTED, "%s: the answer has no %s", name, path);
	else
		ok = print_value(value, out);
	json_decref(json);
	return ok;
}

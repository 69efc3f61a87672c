/* outcome.c: which answers of a REST service are good, and what is in them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "exit.h"
#include "fault.h"
#include "json.h"
#include "outcome.h"

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

/* The member of VALUE whose name, or index, has LEN bytes at NAME. */
static json_t *
step(json_t *value, const char *name, size_t len)
{
	char *end;
	unsigned long index;

	if (!json_is_array(value))
		return json_object_getn(value, name, len);
	if (name[0] < '0' || name[0] > '9')
		return NULL;
	index = strtoul(name, &end, 10);
	return end == name + len ? json_array_get(value, index) : NULL;
}

static bool
print_value(const json_t *value, struct buf *out)
{
	const char *text = json_string_value(value);

	if (text == NULL)
		return json_print(value, JSON_COMPACT | JSON_ENCODE_ANY, out) &&
		       buf_add(out, "\n", 1);
	return buf_print(out, "%s", text) &&
	       ((out->len > 0 && out->data[out->len - 1] == '\n') ||
		   buf_add(out, "\n", 1));
}

bool
outcome_pick(
    const struct buf *body, const char *path, const char *name, struct buf *out)
{
	json_t *json = json_loadb(buf_text(body), body->len, 0, NULL);
	json_t *value = json;
	const char *at = path;
	bool ok;

	for (size_t len; value != NULL; at += len + 1) {
		len = strcspn(at, ".");
		value = step(value, at, len);
		if (at[len] == '\0')
			break;
	}
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

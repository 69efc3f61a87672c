/* pick.c: what is in JSON, found by names.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "json.h"
#include "pick.h"

/* The member of VALUE whose name, or index, has LEN bytes at NAME. */
static json_t *
step(json_t *value, const char *name, size_t len)
{
	unsigned long index = 0;

	if (!json_is_array(value))
		return json_object_getn(value, name, len);
	/* more digits than these are no index, but one that runs over */
	if (len == 0 || len > 9)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if (name[i] < '0' || name[i] > '9')
			return NULL;
		index = index * 10 + (unsigned long)(name[i] - '0');
	}
	return json_array_get(value, index);
}

json_t *
pick_member(json_t *json, const char *path, size_t len)
{
	const char *end = path + len;
	size_t part;

	for (; json != NULL; path += part + 1) {
		for (part = 0; path + part < end && path[part] != '.'; part++)
			;
		json = step(json, path, part);
		if (path + part == end)
			break;
	}
	return json;
}

bool
pick_print(const json_t *value, struct buf *out)
{
	if (json_is_string(value))
		return buf_add(
		    out, json_string_value(value), json_string_length(value));
	return json_print(value, JSON_COMPACT | JSON_ENCODE_ANY, out);
}

/* pages.c: a list that a REST service gives in pages, as one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "exit.h"
#include "fault.h"
#include "json.h"
#include "pages.h"

bool
pages_take(const struct buf *body, const char *member, const char *name,
    json_t *items, bool *more)
{
	json_t *page = json_loadb(buf_text(body), body->len, 0, NULL);
	json_t *found = json_object_get(page, member);
	bool ok;

	*more = json_is_string(json_object_get(page, "next")) &&
		json_array_size(found) > 0;
	if (page == NULL)
		ok = fault(EXIT_UNTRUSTED, "%s: the answer is not JSON", name);
	else if (!json_is_array(found))
		ok = fault(EXIT_UNTRUSTED, "%s: the answer has no list of %s",
		    name, member);
	else
		ok = json_array_extend(items, found) == 0 || fault_memory();
	json_decref(page);
	return ok;
}

bool
pages_print(json_t *items, const char *member, struct buf *out)
{
	json_t *object = json_pack("{s:O}", member, items);
	bool ok;

	if (object == NULL)
		return fault_memory();
	ok = json_print(object, JSON_COMPACT, out) && buf_add(out, "\n", 1);
	json_decref(object);
	return ok;
}

/* page.c: lists in pages, as a tenant shows them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "sandbox/http/page.h"

enum { PAGE_SIZE = 5, PAGE_SIZE_MOST = 2000, PAGE_MOST = 1000000000 };

/* A number from 1 to MOST in the query, what VALUE is where there is none. */
static bool
read_number(struct exchange *x, const char *name, int64_t most, int64_t *value)
{
	const char *text = u_map_get(x->request->map_url, name);
	char *end;

	if (text == NULL)
		return true;
	errno = 0;
	*value = strtoll(text, &end, 10);
	return (errno == 0 && end != text && *end == '\0' && *value >= 1 &&
		   *value <= most) ||
	       exchange_invalid(x, "pageSize is a number from 1 to 2000, and "
				   "currentPage one from 1 up");
}

bool
page_read(struct exchange *x, struct page *page)
{
	page->size = PAGE_SIZE;
	page->number = 1;
	return read_number(x, "pageSize", PAGE_SIZE_MOST, &page->size) &&
	       read_number(x, "currentPage", PAGE_MOST, &page->number);
}

int64_t
page_skip(const struct page *page)
{
	return page->size * (page->number - 1);
}

static bool
is_query(const char *name)
{
	return strcmp(name, "pageSize") != 0 &&
	       strcmp(name, "currentPage") != 0 && strcmp(name, "tenant") != 0;
}

/* The link to page NUMBER of the same list; NULL: out of memory. */
static json_t *
link_to(struct exchange *x, const struct page *page, int64_t number)
{
	const struct _u_map *query = x->request->map_url;
	struct buf url = { 0 };
	json_t *made = NULL;
	bool ok;

	ok = buf_print(&url, "%s://%s%s?pageSize=%lld&currentPage=%lld",
	    x->tls != NULL ? "https" : "http", exchange_host(x), page->path, (long long)page->size,
	    (long long)number);
	for (int i = 0; ok && i < query->nb_values; i++) {
		char *value;

		if (!is_query(query->keys[i]))
			continue;
		value = ulfius_url_encode(query->values[i]);
		ok = value != NULL &&
		     buf_print(&url, "&%s=%s", query->keys[i], value);
		o_free(value);
	}
	if (ok)
		made = json_string(buf_text(&url));
	buf_free(&url);
	return made;
}

static bool
is_asked(struct exchange *x, const char *name)
{
	const char *text = u_map_get(x->request->map_url, name);

	return text != NULL && strcmp(text, "true") == 0;
}

static json_t *
make_statistics(struct exchange *x, const struct page *page)
{
	json_t *made = json_pack("{s:I, s:I}", "pageSize",
	    (json_int_t)page->size, "currentPage", (json_int_t)page->number);
	int64_t pages = (page->total + page->size - 1) / page->size;

	if (made != NULL && is_asked(x, "withTotalPages"))
		json_object_set_new(made, "totalPages", json_integer(pages));
	if (made != NULL && is_asked(x, "withTotalElements"))
		json_object_set_new(
		    made, "totalElements", json_integer(page->total));
	return made;
}

bool
page_answer(struct exchange *x, const struct page *page, json_t *entries)
{
	json_t *made =
	    json_pack("{s:o, s:o, s:o}", "self", link_to(x, page, page->number),
		page->member, entries, "statistics", make_statistics(x, page));

	if (made != NULL && page_skip(page) + page->size < page->total)
		json_object_set_new(
		    made, "next", link_to(x, page, page->number + 1));
	if (made != NULL && page->number > 1)
		json_object_set_new(
		    made, "prev", link_to(x, page, page->number - 1));
	return exchange_answer_json(x, 200,
	    page->media != NULL ? page->media : "application/json", made);
}

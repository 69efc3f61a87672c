/* url.c: a URL that a command line describes, part by part.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <curl/curl.h>

#include "exit.h"
#include "fault.h"
#include "url.h"

/* Adds BEFORE, and TEXT escaped. LEN 0 would be all of it to libcurl. */
static bool
add_escaped(struct buf *out, const char *before, const char *text, size_t len)
{
	char *escaped;
	bool ok;

	if (len == 0)
		return buf_print(out, "%s", before);
	escaped = curl_easy_escape(NULL, text, (int)len);
	ok = escaped != NULL ? buf_print(out, "%s%s", before, escaped)
			     : fault_memory();
	curl_free(escaped);
	return ok;
}

bool
url_add_segment(struct url *url, const char *part)
{
	if (part[0] == '\0' || strcmp(part, ".") == 0 ||
	    strcmp(part, "..") == 0)
		return fault(
		    EXIT_USAGE, "--segment: '%s': not a part of a path", part);
	return add_escaped(&url->segments, "/", part, strlen(part));
}

bool
url_add_query(struct url *url, const char *spec)
{
	size_t len = strcspn(spec, "=");

	if (len == 0 || spec[len] == '\0')
		return fault(EXIT_USAGE, "--query: %s: not KEY=VALUE", spec);
	return add_escaped(
		   &url->query, url->query.len > 0 ? "&" : "", spec, len) &&
	       add_escaped(
		   &url->query, "=", spec + len + 1, strlen(spec + len + 1));
}

/* One slash between what BASE and the segments say. */
static bool
print_path(const struct url *url, struct buf *out)
{
	size_t len = strlen(url->base);

	while (url->segments.len > 0 && url->base[len - 1] == '/')
		len--;
	return buf_add(out, url->base, len) &&
	       buf_print(out, "%s", buf_text(&url->segments));
}

bool
url_print(const struct url *url, long page, struct buf *out)
{
	const char *join = strchr(url->base, '?') != NULL ? "&" : "?";
	bool ok = print_path(url, out);

	if (ok && url->query.len > 0) {
		ok = buf_print(out, "%s%s", join, buf_text(&url->query));
		join = "&";
	}
	if (ok && page > 0)
		ok = buf_print(out, "%spageSize=%d&currentPage=%ld", join,
		    PAGE_SIZE, page);
	return ok;
}

void
url_free(struct url *url)
{
	buf_free(&url->segments);
	buf_free(&url->query);
}

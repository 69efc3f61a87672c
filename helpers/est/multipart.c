/* multipart.c: the parts of a multipart body (RFC 2046, 5.1).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "multipart.h"

struct line {
	const char *at;
	size_t len; /* without its line end */
};

/* Takes a line off PARTS; false at the end. A line without an end is one. */
static bool
take_line(struct multipart *parts, struct line *line)
{
	const char *feed;
	size_t size;

	if (parts->left == 0)
		return false;
	feed = memchr(parts->at, '\n', parts->left);
	size = feed != NULL ? (size_t)(feed - parts->at) + 1 : parts->left;
	*line =
	    (struct line){ parts->at, feed != NULL ? size - 1 : parts->left };
	if (line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	parts->at += size;
	parts->left -= size;
	return true;
}

/* Without the blanks behind it. */
static size_t
trim(const char *text, size_t len)
{
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	return len;
}

/* Is LINE the boundary? LAST: the one behind the last part. */
static bool
is_boundary(const struct multipart *parts, const struct line *line, bool *last)
{
	size_t len = trim(line->at, line->len);
	size_t want = parts->boundary_len;

	if (len < want || memcmp(line->at, parts->boundary, want) != 0)
		return false;
	*last = len == want + 2 && memcmp(line->at + want, "--", 2) == 0;
	return *last || len == want;
}

bool
multipart_open(const struct buf *body, struct multipart *parts)
{
	struct line line;

	*parts = (struct multipart){ .at = buf_text(body), .left = body->len };
	while (take_line(parts, &line)) {
		size_t len = trim(line.at, line.len);

		if (len <= 2 || memcmp(line.at, "--", 2) != 0)
			continue;
		parts->boundary = line.at;
		parts->boundary_len = len;
		return true;
	}
	return false;
}

/* Takes the header of a part, up to its empty line. */
static bool
take_header(struct multipart *parts, struct multipart_part *part)
{
	static const char name[] = "Content-Type:";
	size_t skip = sizeof name - 1;
	struct line line;

	while (take_line(parts, &line)) {
		if (line.len == 0)
			return true;
		if (line.len <= skip || strncasecmp(line.at, name, skip) != 0)
			continue;
		part->type = line.at + skip;
		part->type_len = line.len - skip;
		while (part->type_len > 0 && part->type[0] == ' ') {
			part->type++;
			part->type_len--;
		}
	}
	return false;
}

bool
multipart_next(struct multipart *parts, struct multipart_part *part)
{
	struct line line;
	bool last = false;

	*part = (struct multipart_part){ .type = "" };
	if (!take_header(parts, part))
		return false;
	part->data = parts->at;
	while (take_line(parts, &line)) {
		if (!is_boundary(parts, &line, &last))
			continue;
		part->len = (size_t)(line.at - part->data);
		/* the line end before it belongs to the boundary */
		if (part->len > 0 && part->data[part->len - 1] == '\n')
			part->len--;
		if (part->len > 0 && part->data[part->len - 1] == '\r')
			part->len--;
		if (last)
			parts->left = 0;
		return true;
	}
	return false;
}

bool
multipart_is(const struct multipart_part *part, const char *type)
{
	size_t len = strlen(type);

	return part->type_len >= len &&
	       strncasecmp(part->type, type, len) == 0 &&
	       (part->type_len == len || strchr("; \t", part->type[len]));
}

bool
multipart_says(const struct multipart_part *part, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= part->type_len; i++)
		if (strncasecmp(part->type + i, word, len) == 0)
			return true;
	return false;
}

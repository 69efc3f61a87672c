/* conf-place.c: where in a configuration file a value goes. What a line means is
 * for inih alone to say: here places are tried, and the first one is taken with
 * which the file reads as it should.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conf-line.h"
#include "conf-place.h"
#include "exit.h"
#include "fault.h"

/* what a file that Windows wrote may begin with */
static const char bom[] = "\xef\xbb\xbf";

struct line {
	const char *at;
	size_t len; /* with its end */
};

/* One change, while a place for it is sought. */
struct change {
	size_t index; /* of the key */
	const char *value; /* NULL: unset */
	const struct conf *old; /* what the text says now */
	size_t start; /* of the first line in the text */
	struct line *lines;
	size_t count;
	const char *eol;
	struct buf *text;
};

static bool
split(struct change *change)
{
	const char *at = buf_text(change->text);

	change->start = strncmp(at, bom, 3) == 0 ? 3 : 0;
	change->eol = "\n";
	for (at += change->start; at[0] != '\0';) {
		size_t len = strcspn(at, "\n");
		struct line *more = reallocarray(
		    change->lines, change->count + 1, sizeof *more);

		if (more == NULL)
			return fault_memory();
		if (change->count == 0 && len > 0 && at[len - 1] == '\r')
			change->eol = "\r\n";
		len += at[len] == '\n';
		change->lines = more;
		change->lines[change->count++] = (struct line){ at, len };
		at += len;
	}
	return true;
}

/* Does the Ith line hold a value? INDEX is the key. */
static bool
holds(const struct change *change, size_t i, size_t *index)
{
	const struct conf *old = change->old;

	if (i >= old->lines || old->keys[i] < 0)
		return false;
	*index = (size_t)old->keys[i];
	return true;
}

static bool
is_blank(const struct line *line)
{
	return strspn(line->at, " \t\r\n") >= line->len;
}

static bool
begins_with(const struct line *line, const char *chars)
{
	size_t blanks = strspn(line->at, " \t");

	return blanks < line->len && strchr(chars, line->at[blanks]) != NULL;
}

/* Does TEXT say what the old one said, but for the change? */
static bool
is_wanted(const struct change *change, const struct buf *text)
{
	struct conf *now = NULL;
	bool same =
	    conf_parse(buf_text(text), text->len, change->old->name, &now);

	for (size_t i = 0; same && i < conf_count(); i++) {
		const char *want = i == change->index
				       ? change->value
				       : change->old->items[i].value;
		const char *is = now->items[i].value;

		same = want == NULL || is == NULL ? want == is
						  : strcmp(want, is) == 0;
	}
	conf_free(now);
	return same;
}

/* BLOCK in the place of the lines FROM until before TO, and no other line of
 * the key. Where that is wanted, it becomes the text. */
static bool
try(struct change *change, size_t from, size_t to, const struct buf *block)
{
	struct buf text = { 0 };
	size_t index;
	bool ok = buf_add(&text, buf_text(change->text), change->start);

	for (size_t i = 0; ok && i <= change->count; i++) {
		if (i == from) {
			if (text.len > change->start &&
			    text.data[text.len - 1] != '\n')
				ok = buf_print(&text, "%s", change->eol);
			ok = ok && buf_add(&text, buf_text(block), block->len);
		}
		if (i == change->count || (i >= from && i < to) ||
		    (holds(change, i, &index) && index == change->index))
			continue;
		ok = ok &&
		     buf_add(&text, change->lines[i].at, change->lines[i].len);
	}
	ok = ok && is_wanted(change, &text);
	if (ok) {
		buf_free(change->text);
		*change->text = text;
		return true;
	}
	buf_free(&text);
	return false;
}

/* The Ith line with the value that is wanted. */
static bool
try_line(struct change *change, size_t i)
{
	struct buf block = { 0 };
	char *line =
	    strndup(change->lines[i].at, strcspn(change->lines[i].at, "\r\n"));
	const char *value = change->value != NULL
				? change->value
				: conf_key_at(change->index)->fallback;
	bool ok;

	ok = line != NULL ? line_change(line, value, change->value == NULL,
				change->eol, &block)
			  : fault_memory();
	ok = ok && try(change, i, i + 1, &block);
	buf_free(&block);
	free(line);
	return ok;
}

/* "#NAME =" is kept for a value, NAME being what a section leaves of KEY. */
static bool
is_kept_for(const struct line *line, const char *key)
{
	const char *at = line->at + strspn(line->at, " \t");
	size_t len;

	if (!begins_with(line, "#;"))
		return false;
	for (at++; key != NULL; key = strchr(key, '.')) {
		key += key[0] == '.';
		len = strlen(key);
		if (strncmp(at, key, len) == 0 &&
		    at[len + strspn(at + len, " \t")] == '=')
			return true;
	}
	return false;
}

/* A line of its own before the Ith, "NAME = VALUE" behind HEAD, NAME being what
 * a section leaves of the key. */
static bool
try_new(struct change *change, size_t i, const char *head, const char *name,
    const char *tail)
{
	struct buf block = { 0 };
	struct buf prefix = { 0 };
	bool ok;

	ok = buf_print(&block, "%s", head) &&
	     buf_print(&prefix, "%s = ", name) &&
	     line_fold(buf_text(&prefix), change->value, change->eol, &block) &&
	     buf_print(&block, "%s", tail) && try(change, i, i, &block);
	buf_free(&prefix);
	buf_free(&block);
	return ok;
}

/* Behind the last value of its section, or behind the section's name. Which
 * section that is, the trial tells. */
static bool
try_section(struct change *change)
{
	const char *key = conf_key_at(change->index)->name;
	size_t index;

	for (size_t i = change->count; i > 0; i--) {
		if (!holds(change, i - 1, &index) &&
		    !begins_with(&change->lines[i - 1], "["))
			continue;
		for (const char *dot = strchr(key, '.'); dot != NULL;
		     dot = strchr(dot + 1, '.'))
			if (try_new(change, i, "", dot + 1, ""))
				return true;
	}
	return false;
}

/* In a section that is added, at the end. */
static bool
try_end(struct change *change)
{
	const char *key = conf_key_at(change->index)->name;
	size_t len = strcspn(key, ".");
	bool close =
	    change->count > 0 && !is_blank(&change->lines[change->count - 1]);
	struct buf head = { 0 };
	bool ok;

	ok = buf_print(&head, "%s[%.*s]%s", close ? change->eol : "", (int)len,
		 key, change->eol) &&
	     try_new(change, change->count, buf_text(&head), key + len + 1, "");
	buf_free(&head);
	return ok;
}

/* Above the first section, and what is said of that. */
static bool
try_top(struct change *change)
{
	const char *tail = "";
	size_t i = 0;

	while (i < change->count && !begins_with(&change->lines[i], "["))
		i++;
	while (i < change->count && i > 0 &&
	       begins_with(&change->lines[i - 1], "#;"))
		i--;
	if (i < change->count && !is_blank(&change->lines[i]))
		tail = change->eol;
	return try_new(change, i, "", conf_key_at(change->index)->name, tail);
}

static bool
find_place(struct change *change)
{
	const struct conf_key *key = conf_key_at(change->index);
	const struct conf_item *item = &change->old->items[change->index];

	if (item->value != NULL)
		return try_line(change, (size_t)item->line - 1);
	for (size_t i = 0; i < change->count; i++)
		if (is_kept_for(&change->lines[i], key->name) &&
		    try_line(change, i))
			return true;
	if (strchr(key->name, '.') == NULL)
		return try_top(change);
	return try_section(change) || try_end(change);
}

static bool
is_so(const struct change *change)
{
	const char *is = change->old->items[change->index].value;
	const char *want = change->value;

	return is == NULL || want == NULL ? is == want : strcmp(is, want) == 0;
}

bool
conf_place(
    struct buf *text, const struct conf *old, size_t index, const char *value)
{
	struct change change = {
		.index = index, .value = value, .old = old, .text = text
	};
	bool ok;

	if (is_so(&change))
		return true;
	ok = split(&change) &&
	     (find_place(&change) ||
		 fault(EXIT_CONF,
		     "%s: %s: there is no way to write this so that it reads "
		     "the same",
		     old->name, conf_key_at(index)->name));
	free(change.lines);
	return ok;
}

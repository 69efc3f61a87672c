/* conf-line.c: the lines that a value takes in a configuration file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conf-line.h"
#include "exit.h"
#include "fault.h"

/* what Debian's inih can read of one line, its "\n" not counted */
enum { LINE_MOST = 198 };

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

/* Where VALUE can go on in another line, ROOM bytes on at most: at one single
 * blank, and not before what would make that line a comment. 0: nowhere. */
static size_t
last_cut(const char *value, size_t room)
{
	for (size_t cut = room; cut > 0; cut--)
		if (value[cut] == ' ' && value[cut - 1] != ' ' &&
		    strchr(" ;#", value[cut + 1]) == NULL)
			return cut;
	return 0;
}

static size_t
line_room(const char *before, const char *eol)
{
	size_t used = strlen(before) + strlen(eol) - 1;

	return used < LINE_MOST ? LINE_MOST - used : 0;
}

/* Without the blanks that would be the last on a line. */
static void
trim(struct buf *out)
{
	while (out->len > 0 && is_blank((char)out->data[out->len - 1]))
		out->data[--out->len] = '\0';
}

static bool
end_line(struct buf *out, const char *eol)
{
	trim(out);
	return buf_print(out, "%s", eol);
}

bool
line_fold(
    const char *prefix, const char *value, const char *eol, struct buf *out)
{
	size_t room = line_room(prefix, eol);
	bool first = true;

	if (!buf_print(out, "%s", prefix))
		return false;
	while (strlen(value) > room) {
		size_t cut = last_cut(value, room);

		/* a value may begin on the line behind its name */
		if (cut == 0 && !first)
			return fault(EXIT_CONF,
			    "%s: over %d bytes without a blank where it could "
			    "go on in another line",
			    value, LINE_MOST - 1);
		if (!buf_add(out, value, cut) || !end_line(out, eol) ||
		    !buf_print(out, "\t"))
			return false;
		value += cut + (cut > 0);
		room = line_room("\t", eol);
		first = false;
	}
	return buf_print(out, "%s", value) && end_line(out, eol);
}

bool
line_can_hold(const char *value)
{
	size_t len = strlen(value);
	struct buf lines = { 0 };
	bool ok;

	if (len > 0 && (value[0] == ' ' || value[len - 1] == ' '))
		return fault(EXIT_CONF,
		    "%s: begins or ends with a blank, which the file would "
		    "not keep",
		    value);
	if (value[0] == ';' || strstr(value, " ;") != NULL)
		return fault(EXIT_CONF,
		    "%s: what begins with ';' would be a comment in the file",
		    value);
	ok = line_fold("\t", value, "\n", &lines);
	buf_free(&lines);
	return ok;
}

/* The comment behind the value that begins at VALUE, with the blanks before it;
 * "" where there is none. */
static const char *
comment_in(const char *value)
{
	const char *at = value;

	while (at[0] != '\0' && !(is_blank(at[0]) && at[1] == ';'))
		at++;
	while (at[0] != '\0' && at > value && is_blank(at[-1]))
		at--;
	return at;
}

/* Adds what stands before the value in LINE, with '#' or without it; VALUE is
 * where that begins. */
static bool
add_prefix(
    const char *line, bool commented, const char **value, struct buf *out)
{
	size_t indent = strspn(line, " \t");
	const char *name = line + indent;
	size_t len;
	size_t blanks;

	name += name[0] == '#' || name[0] == ';';
	len = strcspn(name, "=:") + 1;
	blanks = strspn(name + len, " \t");
	*value = name + len;
	if (!buf_add(out, line, indent) ||
	    !buf_print(out, "%s", commented ? "#" : "") ||
	    !buf_add(out, name, len))
		return false;
	/* where no value was, the blank before '=' says how it is written */
	if (name[len + blanks] == '\0' || comment_in(*value) == *value)
		return !is_blank(name[len - 2]) || buf_print(out, " ");
	return buf_add(out, name + len, blanks);
}

bool
line_change(const char *line, const char *value, bool commented,
    const char *eol, struct buf *out)
{
	struct buf prefix = { 0 };
	const char *comment;
	bool fits;
	bool ok = add_prefix(line, commented, &comment, &prefix);

	if (!ok)
		return false;
	comment = comment_in(comment);
	if (value[0] == '\0')
		trim(&prefix);
	fits = strlen(value) + strlen(comment) <=
	       line_room(buf_text(&prefix), eol);
	if (!fits && comment[0] != '\0')
		ok = buf_print(
		    out, "%s%s", comment + strspn(comment, " \t"), eol);
	if (fits)
		ok = buf_print(
			 out, "%s%s%s", buf_text(&prefix), value, comment) &&
		     end_line(out, eol);
	else if (!commented)
		ok = ok && line_fold(buf_text(&prefix), value, eol, out);
	buf_free(&prefix);
	return ok;
}

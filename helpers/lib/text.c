/* text.c: text that came from outside, before anyone else sees it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "exit.h"
#include "fault.h"
#include "text.h"

/* X.520 ub-common-name, and Cumulocity's limit */
enum { ID_LIMIT = 64 };

/* The characters that end a line for others (U+2028, U+2029), and those that turn
 * the direction of what follows: what is read is not what stands there. */
static bool
is_deceptive(const char *text, size_t left)
{
	static const char *const them[] = { "\u061c", "\u200e", "\u200f",
		"\u2028", "\u2029", "\u202a", "\u202b", "\u202c", "\u202d",
		"\u202e", "\u2066", "\u2067", "\u2068", "\u2069" };

	for (size_t i = 0; i < sizeof them / sizeof them[0]; i++)
		if (strlen(them[i]) <= left &&
		    memcmp(text, them[i], strlen(them[i])) == 0)
			return true;
	return false;
}

static bool
is_control(const char *text, size_t left)
{
	unsigned char byte = (unsigned char)text[0];

	if (byte < 0x20 || byte == 0x7f)
		return true;
	/* U+0080 to U+009F: a terminal obeys them as it obeys escape */
	if (byte == 0xc2)
		return left > 1 && (unsigned char)text[1] < 0xa0;
	return (byte == 0xd8 || byte == 0xe2) && is_deceptive(text, left);
}

/* The length of the UTF-8 sequence at TEXT, 0 where there is none. Overlong
 * forms, surrogates and what lies past U+10FFFF are none (RFC 3629). */
static size_t
sequence(const unsigned char *text, size_t left)
{
	size_t len = text[0] < 0x80   ? 1
		     : text[0] < 0xc2 ? 0
		     : text[0] < 0xe0 ? 2
		     : text[0] < 0xf0 ? 3
		     : text[0] < 0xf5 ? 4
				      : 0;

	if (len > left)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if ((text[0] == 0xe0 && text[1] < 0xa0) ||
	    (text[0] == 0xed && text[1] > 0x9f) ||
	    (text[0] == 0xf0 && text[1] < 0x90) ||
	    (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	return len;
}

bool
text_escape(const char *text, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len;) {
		size_t step =
		    sequence((const unsigned char *)text + i, len - i);

		if (step > 0 && !is_control(text + i, len - i)) {
			if (!buf_add(out, text + i, step))
				return false;
			i += step;
			continue;
		}
		for (step += step == 0; step > 0; step--, i++)
			if (!buf_print(out, "\\x%02x", (unsigned char)text[i]))
				return false;
	}
	return true;
}

bool
text_is_clean(const char *text, size_t len)
{
	size_t step;

	for (size_t i = 0; i < len; i += step) {
		step = sequence((const unsigned char *)text + i, len - i);
		if (step == 0 || is_control(text + i, len - i))
			return false;
	}
	return true;
}

/* The bytes of the character at TEXT; a byte that begins none is one. */
static size_t
character(const char *text)
{
	size_t len = sequence((const unsigned char *)text, strlen(text));

	return len > 0 ? len : 1;
}

size_t
text_count(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i += character(text + i))
		count++;
	return count;
}

bool
text_check_id(const char *id)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789'=(),-.?_*@!%";
	size_t good = strspn(id, allowed);

	if (id[0] == '\0')
		return fault(EXIT_DATA, "device id: empty");
	if (id[0] == '-')
		return fault(
		    EXIT_DATA, "device id: %s: may not begin with '-'", id);
	/* what stands before it is a byte each */
	if (id[good] != '\0')
		return fault(EXIT_DATA,
		    "device id: %s: character %zu is none of letters, digits "
		    "and '=(),-.?_*@!%%: it is '%.*s'",
		    id, good + 1, (int)character(id + good), id + good);
	if (good > ID_LIMIT)
		return fault(
		    EXIT_DATA, "device id: %s: over %d bytes", id, ID_LIMIT);
	return true;
}

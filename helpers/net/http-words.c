/* http-words.c: what an answer means, and what a server said in it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>
#include <jansson.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "http.h"
#include "text.h"

enum { WORDS_LIMIT = 300 };

/* how servers call their message in JSON: Cumulocity, problem details (RFC
 * 9457), OAuth 2.0 (RFC 6749), others */
static const char *const keys[] = { "message", "detail", "details",
	"error_description", "description", "title", "error" };

/* the characters that HTML cannot have as they are, and the one that it likes */
static const struct entity {
	const char *name;
	char means;
} entities[] = {
	{ "&amp;", '&' },
	{ "&lt;", '<' },
	{ "&gt;", '>' },
	{ "&quot;", '"' },
	{ "&#39;", '\'' },
	{ "&apos;", '\'' },
	{ "&nbsp;", ' ' },
};

/* What a server says with a no. Of a redirect, its page says less than where it
 * points to. */
static bool
say_why(const struct http_reply *reply, struct buf *words)
{
	if (reply->location.len > 0 && reply->status < 400)
		return buf_print(
		    words, "it points to %s", buf_text(&reply->location));
	return http_words(&reply->body, words);
}

bool
http_judge(const struct http_request *request, const struct http_reply *reply)
{
	struct buf words = { 0 };
	long status = reply->status;
	int code = EXIT_REFUSED;

	if (status == 200 || status == 201)
		return true;
	if (!say_why(reply, &words)) {
		buf_free(&words);
		return false;
	}
	if (status == 202 || status == 429 || status == 503)
		code = EXIT_LATER;
	else if (status >= 500)
		code = EXIT_NONET;
	else if (status < 400)
		code = EXIT_UNTRUSTED;
	fault(code, "%s: status %ld%s%s", request->url, status,
	    words.len > 0 ? ": " : "", buf_text(&words));
	buf_free(&words);
	return false;
}

void
http_print_wait(const struct http_reply *reply)
{
	struct buf line = { 0 };

	if (fault_code() == EXIT_LATER && reply->retry_after >= 0 &&
	    buf_print(&line, "%lld\n", (long long)reply->retry_after))
		file_print(line.data, line.len);
	buf_free(&line);
}

/* The first of KEYS that is text in OBJECT; NULL where none is. */
static const char *
find_message(const json_t *object)
{
	const char *text = NULL;

	for (size_t i = 0; text == NULL && i < sizeof keys / sizeof keys[0];
	     i++)
		text = json_string_value(json_object_get(object, keys[i]));
	return text;
}

/* Is there WORD at TEXT, in any case? */
static bool
starts(const char *text, size_t len, const char *word)
{
	return len >= strlen(word) &&
	       strncasecmp(text, word, strlen(word)) == 0;
}

/* The length of what stands at TEXT and is not to be read: a tag, a comment, a
 * script or a style with all that is in it. 0: nothing of that. */
static size_t
skip_markup(const char *text, size_t len)
{
	static const char *const hidden[][2] = { { "<!--", "--" },
		{ "<script", "</script" }, { "<style", "</style" } };
	const char *end;
	size_t at = 1;

	if (text[0] != '<')
		return 0;
	for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
		if (!starts(text, len, hidden[i][0]))
			continue;
		at = strlen(hidden[i][0]);
		while (at < len && !starts(text + at, len - at, hidden[i][1]))
			at++;
	}
	end = memchr(text + at, '>', len - at);
	return end != NULL ? (size_t)(end - text) + 1 : len;
}

/* What the entity at TEXT means, and its length; 0: it is none. */
static size_t
read_entity(const char *text, size_t len, char *means)
{
	for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
		*means = entities[i].means;
		if (starts(text, len, entities[i].name))
			return strlen(entities[i].name);
	}
	return 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Adds BODY, without its markup if it is HTML; each run of blanks, tags or both
 * is one blank. It ends soon after what is ever shown. */
static bool
add_plain(const char *body, size_t len, struct buf *out)
{
	bool html = len > 0 && body[strspn(body, " \t\r\n")] == '<';
	bool gap = false;

	for (size_t i = 0, step; i < len && out->len <= WORDS_LIMIT;
	     i += step) {
		char c = body[i];

		step = html ? skip_markup(body + i, len - i) : 0;
		if (step > 0 || is_blank(c)) {
			gap = true;
			step += step == 0;
			continue;
		}
		if (html)
			step = read_entity(body + i, len - i, &c);
		if (step == 0) {
			step = 1;
			c = body[i];
		}
		if ((gap && out->len > 0 && !buf_add(out, " ", 1)) ||
		    !buf_add(out, &c, 1))
			return false;
		gap = false;
	}
	return true;
}

/* Cuts TEXT where it is too long, between two characters of UTF-8. */
static bool
cut(struct buf *text)
{
	if (text->len <= WORDS_LIMIT)
		return true;
	text->len = WORDS_LIMIT;
	while (text->len > WORDS_LIMIT - 4 &&
	       (text->data[text->len] & 0xc0) == 0x80)
		text->len--;
	return buf_add(text, "...", 3);
}

bool
http_words(const struct buf *body, struct buf *out)
{
	json_t *json = json_loadb(buf_text(body), body->len, 0, NULL);
	const char *message = find_message(json);
	struct buf plain = { 0 };
	bool ok;

	if (message == NULL)
		message = find_message(json_object_get(json, "error"));
	ok = (message != NULL ? add_plain(message, strlen(message), &plain)
			      : add_plain(buf_text(body), body->len, &plain)) &&
	     cut(&plain) && text_escape(buf_text(&plain), plain.len, out);
	buf_free(&plain);
	json_decref(json);
	return ok;
}

/* state.c: what is known of a profile from one run to the next: the file
 * "state" in its state directory.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "span.h"
#include "state.h"
#include "text.h"

static const char version[] = "version=1\n";

/* Where in a struct state the value of each key is: a number or a text. */
static const struct field {
	const char *key;
	bool text;
	size_t offset;
} fields[] = {
	{ "result", false, offsetof(struct state, result) },
	{ "reason", true, offsetof(struct state, reason) },
	{ "step", true, offsetof(struct state, step) },
	{ "at", false, offsetof(struct state, at) },
	{ "since", false, offsetof(struct state, since) },
	{ "failures", false, offsetof(struct state, failures) },
	{ "success", false, offsetof(struct state, success) },
	{ "next", false, offsetof(struct state, next) },
	{ "why", true, offsetof(struct state, why) },
	{ "tried", true, offsetof(struct state, tried) },
};

enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

static char **
text_of(const struct state *state, const struct field *field)
{
	return (char **)((char *)state + field->offset);
}

static int64_t *
number_of(const struct state *state, const struct field *field)
{
	return (int64_t *)((char *)state + field->offset);
}

/* Digits and nothing else, few enough. */
static bool
take_number(const char *value, size_t len, int64_t *number)
{
	*number = 0;
	if (len == 0 || len > 15)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (value[i] < '0' || value[i] > '9')
			return false;
		*number = *number * 10 + (value[i] - '0');
	}
	return true;
}

static bool
damaged(const char *name)
{
	return fault(EXIT_DATA, "%s: damaged", name);
}

/* The line "KEY=VALUE", LEN bytes. */
static bool
take_line(struct state *state, const char *line, size_t len, const char *name)
{
	const char *value = memchr(line, '=', len);
	size_t rest;

	if (value == NULL || !text_is_clean(line, len))
		return damaged(name);
	value++;
	rest = len - (size_t)(value - line);
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		const struct field *field = &fields[i];

		if (strncmp(field->key, line, len - rest - 1) != 0 ||
		    field->key[len - rest - 1] != '\0')
			continue;
		if (!field->text)
			return take_number(
				   value, rest, number_of(state, field)) ||
			       damaged(name);
		free(*text_of(state, field));
		*text_of(state, field) = strndup(value, rest);
		return *text_of(state, field) != NULL || fault_memory();
	}
	return true;
}

/* A text that was not there is empty. */
static bool
fill_in(struct state *state)
{
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		if (!fields[i].text || *text_of(state, &fields[i]) != NULL)
			continue;
		*text_of(state, &fields[i]) = strdup("");
		if (*text_of(state, &fields[i]) == NULL)
			return fault_memory();
	}
	state->there = true;
	return true;
}

bool
state_parse(const void *data, size_t len, const char *name, struct state *state)
{
	const char *at = data;
	const char *end = at + len;
	bool ok;

	*state = (struct state){ 0 };
	ok = (len >= sizeof version - 1 &&
		 memcmp(at, version, sizeof version - 1) == 0 &&
		 end[-1] == '\n') ||
	     damaged(name);
	while (ok && at < end) {
		size_t line =
		    (size_t)((char *)memchr(at, '\n', (size_t)(end - at)) - at);

		ok = take_line(state, at, line, name);
		at += line + 1;
	}
	ok = ok && fill_in(state);
	if (!ok)
		state_free(state);
	return ok;
}

bool
state_read(const char *dir, struct state *state)
{
	char *name = file_suffixed(dir, "/state");
	struct buf text = { 0 };
	bool ok = true;

	*state = (struct state){ 0 };
	if (name == NULL)
		return fault_memory();
	/* most have none: a file that is not there is no fault to be told */
	if (access(name, F_OK) == 0 || errno != ENOENT)
		ok = file_read(name, &text) &&
		     state_parse(text.data, text.len, name, state);
	if (!ok && fault_code() == EXIT_DATA) {
		msg_warn("%s; counts as not there", fault_text());
		ok = true;
	}
	buf_free(&text);
	free(name);
	return ok;
}

bool
state_print(const struct state *state, struct buf *out)
{
	if (!buf_print(out, "%s", version))
		return false;
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		const struct field *field = &fields[i];

		if (field->text ? !buf_print(out, "%s=%s\n", field->key,
				      *text_of(state, field))
				: !buf_print(out, "%s=%lld\n", field->key,
				      (long long)*number_of(state, field)))
			return false;
	}
	return true;
}

bool
state_write(const char *dir, const struct state *state)
{
	char *name = file_suffixed(dir, "/state");
	struct buf text = { 0 };
	bool ok;

	if (name == NULL)
		return fault_memory();
	ok = state_print(state, &text) &&
	     file_replace(name, 0600, text.data, text.len);
	buf_free(&text);
	free(name);
	return ok;
}

bool
state_waits(const struct state *state, time_t now)
{
	return state->next > now && state->at <= now + SPAN_SKEW;
}

void
state_free(struct state *state)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (fields[i].text)
			free(*text_of(state, &fields[i]));
	*state = (struct state){ 0 };
}

/* note.c: writes down how a run ended, and when the issuer may be asked again.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backoff.h"
#include "check/facts.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "history.h"
#include "look.h"
#include "msg.h"
#include "note.h"
#include "state.h"
#include "text.h"

/* What a note is made of. */
struct scene {
	const struct profile *profile;
	const struct note *note;
	struct state old;
	struct active active;
	struct buf serial; /* of the active certificate, or empty */
	struct buf why;
};

/* Makes the directory PATH and those above it, for this user alone. */
static bool
make_dir(const char *path)
{
	char *copy = strdup(path);
	bool ok = true;

	if (copy == NULL)
		return fault_memory();
	for (char *at = copy + 1; ok && *at != '\0'; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		ok = mkdir(copy, 0700) == 0 || errno == EEXIST;
		*at = '/';
	}
	ok = (ok && (mkdir(copy, 0700) == 0 || errno == EEXIST)) ||
	     fault_local(path);
	free(copy);
	return ok;
}

/* Cuts TEXT so that no character and no \xNN loses its end. */
static void
cut(struct buf *text)
{
	size_t len = NOTE_WHY;

	if (text->len <= len)
		return;
	while (len > 0 && (text->data[len] & 0xc0) == 0x80)
		len--;
	for (size_t back = 1; back <= 3; back++)
		if (text->data[len - back] == '\\' &&
		    text->data[len - back + 1] == 'x')
			len -= back;
	text->data[len] = '\0';
	text->len = len;
}

/* The last line that says something in the file NAME. What cannot be read is no
 * reason to lose the rest. */
static bool
read_why(const char *name, struct buf *why)
{
	struct buf text = { 0 };
	size_t from;
	bool ok = true;

	if (name == NULL)
		return true;
	if (!file_read(name, &text)) {
		msg_trace("%s", fault_text());
		return true;
	}
	while (
	    text.len > 0 && strchr("\r\n\t ", text.data[text.len - 1]) != NULL)
		text.len--;
	for (from = text.len; from > 0 && text.data[from - 1] != '\n';)
		from--;
	if (text.len > from)
		ok =
		    text_escape((char *)text.data + from, text.len - from, why);
	buf_free(&text);
	if (ok)
		cut(why);
	return ok;
}

/* Reads what the note is made of; a certificate that cannot be read is none. */
static bool
set_scene(struct scene *scene)
{
	if (!active_read(scene->profile, &scene->active))
		msg_trace("%s", fault_text());
	if (scene->active.read &&
	    !facts_serial_hex(scene->active.chain.crt[0], &scene->serial))
		return false;
	return make_dir(scene->profile->state) &&
	       state_read(scene->profile->state, &scene->old) &&
	       read_why(scene->note->why_file, &scene->why);
}

static void
clear_scene(struct scene *scene)
{
	buf_free(&scene->why);
	buf_free(&scene->serial);
	active_free(&scene->active);
	state_free(&scene->old);
}

/* Many an authority has certificates begin before they are made, so that a clock
 * that is behind believes them; cert-sign does it by so much. */
enum { BACKDATED = 24 * 60 * 60 };

/* A certificate that is due in the first half of its life has but just become
 * active, and would be replaced at each run: whoever set the window did not know
 * how short its life is. */
static int64_t
next_after_success(const struct scene *scene)
{
	time_t now = scene->note->now;
	const struct active *active = &scene->active;
	int64_t left = (int64_t)active->life.until - now;

	if (!active->read || now < active->soon ||
	    now - (int64_t)active->life.from - BACKDATED >= left)
		return 0;
	msg_warn("%s: due again at once: "
		 "certificate.validity.minimum_duration is as long as its life",
	    scene->profile->cert);
	return now + left / 3;
}

static int64_t
next_after_failure(const struct scene *scene, int64_t failures)
{
	const struct active *active = &scene->active;
	struct backoff backoff = {
		.first = scene->profile->first,
		.longest = scene->profile->longest,
		.failures = failures,
		.after = scene->note->after,
		.share = active->share,
	};

	if (active->read)
		backoff.left = (int64_t)active->life.until - scene->note->now;
	return scene->note->now + backoff_pause(&backoff);
}

static bool
is_success(const struct note *note)
{
	return note->result == EXIT_YES &&
	       (strcmp(note->step, "post-renew") == 0 ||
		   strcmp(note->step, "promote") == 0);
}

/* Is it the same as the last time, but for the moment? */
static bool
is_same(const struct scene *scene)
{
	const struct state *old = &scene->old;
	const struct note *note = scene->note;

	return old->there && old->result == note->result &&
	       strcmp(old->reason, note->reason) == 0 &&
	       strcmp(old->step, note->step) == 0;
}

static bool
write_state(const struct scene *scene)
{
	const struct note *note = scene->note;
	const struct state *old = &scene->old;
	struct state state = *old;

	state.result = note->result;
	state.reason = (char *)note->reason;
	state.step = (char *)note->step;
	state.at = note->now;
	if (!is_same(scene))
		state.since = note->now;
	state.why = (char *)buf_text(&scene->why);
	if (is_success(note)) {
		state.success = note->now;
		state.failures = 0;
		state.next = next_after_success(scene);
		state.tried = "";
	} else if (note->result != EXIT_YES) {
		state.failures = old->failures + 1;
		state.next = next_after_failure(scene, state.failures);
	}
	if (note->tried)
		state.tried = (char *)buf_text(&scene->serial);
	if (state.tried == NULL)
		state.tried = "";
	return state_write(scene->profile->state, &state);
}

static bool
write_history(const struct scene *scene)
{
	const struct note *note = scene->note;
	struct buf line = { 0 };
	bool ok;

	if (note->result != EXIT_YES && is_same(scene) &&
	    strcmp(scene->old.why, buf_text(&scene->why)) == 0)
		return true;
	ok = facts_timestamp(note->now, &line) &&
	     buf_print(&line, "\t%s\t%s\t%d\t%s\t%s\n", note->reason,
		 note->step, note->result, buf_text(&scene->serial),
		 buf_text(&scene->why)) &&
	     history_add(scene->profile->state, &line);
	buf_free(&line);
	return ok;
}

bool
note_write(const struct profile *profile, const struct note *note)
{
	struct scene scene = { .profile = profile, .note = note };
	bool ok;

	ok = set_scene(&scene) && write_history(&scene) && write_state(&scene);
	clear_scene(&scene);
	return ok;
}

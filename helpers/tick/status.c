/* status.c: how a profile is: its certificate, what is pending, what happened
 * last, and whether somebody should look at it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check/facts.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "span.h"
#include "status.h"
#include "text.h"

enum {
	STUCK = 3600, /* a candidate that waits for longer has a problem */
	UNTRIED = 2 * 86400 /* so has a scheduler that does nothing */
};

static const char *const levels[] = {
	[STATUS_OK] = "ok",
	[STATUS_WARNING] = "warning",
	[STATUS_CRITICAL] = "critical",
	[STATUS_UNKNOWN] = "unknown",
};

static const struct code {
	enum exit_code code;
	const char *name;
	const char *words;
} codes[] = {
	{ EXIT_YES, "YES", "done" },
	{ EXIT_NO, "NO", "no" },
	{ EXIT_USAGE, "USAGE", "wrong command line" },
	{ EXIT_DATA, "DATA", "input is not what it should be" },
	{ EXIT_NONET, "NONET", "no answer from the server" },
	{ EXIT_HOOK, "HOOK", "a hook failed" },
	{ EXIT_LOCAL, "LOCAL", "disk, memory or permission" },
	{ EXIT_LATER, "LATER", "the server said wait" },
	{ EXIT_UNTRUSTED, "UNTRUSTED", "not believable" },
	{ EXIT_REFUSED, "REFUSED", "the server said no" },
	{ EXIT_CONF, "CONF", "configuration missing or wrong" },
	{ EXIT_BUSY, "BUSY", "another run holds the lock" },
	{ EXIT_CLOCK, "CLOCK", "the clock cannot be right" },
};

static const struct code *
find_code(int64_t code)
{
	static const struct code none = { EXIT_YES, "", "" };

	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if ((int64_t)codes[i].code == code)
			return &codes[i];
	return &none;
}

const char *
status_level_name(enum status_level level)
{
	return levels[level];
}

const char *
status_code_name(int64_t code)
{
	return find_code(code)->name;
}

const char *
status_code_words(int64_t code)
{
	return find_code(code)->words;
}

/* There is a problem of that LEVEL: TEXT, and for how long, unless FOR is
 * negative. */
static bool
add_problem(struct status *status, enum status_level level, const char *text,
    int64_t since)
{
	if (level > status->level)
		status->level = level;
	return (status->problem.len == 0 ||
		   buf_print(&status->problem, ", ")) &&
	       buf_print(&status->problem, "%s", text) &&
	       (since < 0 || (buf_print(&status->problem, " since ") &&
				 span_print(since, &status->problem)));
}

/* It cannot be told how the profile is, and WHY: that may quote what is in a
 * file. */
static bool
set_unknown(struct status *status, int code, const char *why)
{
	status->level = STATUS_UNKNOWN;
	status->code = code;
	return text_escape(why, strlen(why), &status->trouble) &&
	       buf_print(&status->problem, "%s", buf_text(&status->trouble));
}

/* Seconds from MOMENT on, 0 where that is to come. */
static int64_t
ago(const struct status *status, int64_t moment)
{
	return status->now > moment ? status->now - moment : 0;
}

static bool
judge_pending(struct status *status)
{
	const struct pending *pending = &status->pending;
	int64_t waits = ago(status, status->candidate_since);

	return (!pending->recover ||
		   add_problem(status, STATUS_WARNING,
		       "a change of files was interrupted", -1)) &&
	       (!pending->candidate || waits <= STUCK ||
		   add_problem(
		       status, STATUS_WARNING, "a candidate waits", waits)) &&
	       (!pending->hooks || add_problem(status, STATUS_WARNING,
				       "post-renew hooks are owed", -1));
}

/* What failures mean depends on how much of the window is left. */
static bool
judge_failures(struct status *status)
{
	const struct active *active = &status->active;
	const struct state *state = &status->state;
	int64_t window = (int64_t)active->life.until - active->soon;
	bool near = (int64_t)active->life.until - status->now < window / 3;
	bool due = status->now >= active->soon;

	if (state->failures > 0 && state->result == EXIT_REFUSED)
		return add_problem(status, STATUS_CRITICAL,
		    "renewal is refused", ago(status, state->since));
	if (state->failures > 0 && due)
		return add_problem(status,
		    near ? STATUS_CRITICAL : STATUS_WARNING, "renewal fails",
		    ago(status, state->since));
	if (due && (!state->there || state->at < active->soon) &&
	    ago(status, active->soon) > UNTRIED)
		return add_problem(status,
		    near ? STATUS_CRITICAL : STATUS_WARNING,
		    "due, and no run has tried,", ago(status, active->soon));
	return true;
}

static bool
judge(struct status *status)
{
	const struct active *active = &status->active;

	if (!judge_pending(status))
		return false;
	if (!active->there)
		return add_problem(
		    status, STATUS_CRITICAL, "no certificate", -1);
	if (!active->read)
		return add_problem(
		    status, STATUS_CRITICAL, buf_text(&status->trouble), -1);
	if (status->now + SPAN_SKEW < active->life.newest) {
		status->problem.len = 0;
		return set_unknown(status, EXIT_CLOCK,
		    "the certificate is not valid yet: the clock is behind");
	}
	if (status->now > active->life.until)
		return add_problem(status, STATUS_CRITICAL, "expired",
		    ago(status, active->life.until));
	return judge_failures(status);
}

static bool
take_names(struct status *status)
{
	const struct active *active = &status->active;

	return (facts_subject(active->chain.crt[0], &status->subject) &&
		   active_serial(active, &status->serial)) ||
	       fault(
		   fault_code(), "%s: %s", status->profile->cert, fault_text());
}

/* What the active certificate says; the chain itself is not needed longer. */
static bool
take_active(struct status *status)
{
	struct active *active = &status->active;
	const char *why;
	bool ok = true;

	if (!active_read(status->profile, active) ||
	    (active->read && !take_names(status))) {
		active->read = false;
		why = fault_text();
		ok = text_escape(why, strlen(why), &status->trouble);
	}
	x509_free(&active->chain);
	return ok;
}

/* What is there besides: since when a candidate waits, and an answer. */
static bool
take_files(struct status *status)
{
	char *candidate = file_suffixed(status->profile->cert, ".new");
	char *reply = file_suffixed(status->profile->state, "/reply");
	struct stat st;
	bool ok = candidate != NULL && reply != NULL;

	if (ok && stat(candidate, &st) == 0)
		status->candidate_since = st.st_mtime;
	if (ok)
		status->reply = access(reply, F_OK) == 0;
	free(candidate);
	free(reply);
	return ok || fault_memory();
}

bool
status_take(const struct profile *profile, time_t now, struct status *status)
{
	*status = (struct status){ .profile = profile, .now = now };
	if (profile->cert == NULL)
		return set_unknown(status, profile->code, profile->wrong);
	if (!take_active(status) || !take_files(status))
		return false;
	if (!pending_look(profile, &status->pending) ||
	    !state_read(profile->state, &status->state))
		return set_unknown(status, fault_code(), fault_text());
	/* noted by a clock that ran ahead: nobody waits for it */
	if (status->state.at > now + SPAN_SKEW)
		status->state.next = 0;
	return judge(status);
}

void
status_free(struct status *status)
{
	active_free(&status->active);
	buf_free(&status->subject);
	buf_free(&status->serial);
	buf_free(&status->trouble);
	buf_free(&status->problem);
	state_free(&status->state);
}

/* look.c: what has a profile to do, and why?
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/facts.h"
#include "check/spread.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "look.h"
#include "msg.h"
#include "promote/journal.h"
#include "promote/path.h"

bool
active_read(const struct profile *profile, struct active *active)
{
	struct buf text = { 0 };

	*active = (struct active){ 0 };
	errno = 0;
	if (!file_read(profile->cert, &text)) {
		active->there = errno != ENOENT || file_is_lost(profile->cert);
		return !active->there;
	}
	active->there = true;
	active->read =
	    x509_parse(text.data, text.len, profile->cert, &active->chain) &&
	    life_measure(&active->chain, &active->life);
	buf_free(&text);
	if (!active->read)
		return false;
	active->share = spread_share(active->chain.crt[0]);
	active->soon = spread_start(
	    &profile->window, &profile->spread, active->share, &active->life);
	return true;
}

void
active_free(struct active *active)
{
	x509_free(&active->chain);
	*active = (struct active){ 0 };
}

bool
active_serial(const struct active *active, struct buf *serial)
{
	return facts_serial_hex(active->chain.crt[0], serial) ||
	       fault_code() != EXIT_LOCAL;
}

/* Is BASE with SUFFIX behind there? What nobody lets us see is not absent. */
static bool
exists(const char *base, const char *suffix, bool *there)
{
	char *path = file_suffixed(base, suffix);
	bool ok;

	if (path == NULL)
		return fault_memory();
	*there = access(path, F_OK) == 0;
	ok = *there || errno == ENOENT || errno == ENOTDIR || fault_local(path);
	free(path);
	return ok;
}

bool
pending_look(const struct profile *profile, struct pending *pending)
{
	/* beside the file itself, wherever links lead */
	char *real = path_real(profile->cert);
	char *journal = real != NULL ? journal_name(real) : NULL;
	bool ok;

	*pending = (struct pending){ 0 };
	free(real);
	if (journal == NULL)
		return fault_memory();
	ok = exists(journal, "", &pending->recover) &&
	     exists(profile->cert, ".new", &pending->candidate) &&
	     exists(profile->state, "/post-renew.pending", &pending->hooks);
	free(journal);
	return ok;
}

/* Was the ACTIVE certificate, which has expired, tried all the same? */
static bool
was_tried(
    const struct profile *profile, const struct active *active, bool *tried)
{
	struct state state;
	struct buf serial = { 0 };
	bool ok;

	if (!state_read(profile->state, &state))
		return false;
	ok = active_serial(active, &serial);
	*tried = ok && state.there && serial.len > 0 &&
		 strcmp(state.tried, buf_text(&serial)) == 0;
	buf_free(&serial);
	state_free(&state);
	return ok;
}

/* What the active certificate says; NULL: nothing. WORDS says what the trouble
 * is. */
static bool
look_at_active(const struct profile *profile, time_t now, const char **why,
    struct buf *words)
{
	struct active active;
	bool tried;
	bool ok = true;

	*why = NULL;
	if (!active_read(profile, &active)) {
		*why = "trouble";
		ok = buf_print(words, "%s", fault_text());
	} else if (!active.there) {
		*why = "missing";
	} else if (now + SPAN_SKEW < active.life.newest) {
		ok = fault(EXIT_CLOCK, "%s: not valid yet: the clock is behind",
		    profile->cert);
	} else if (now > active.life.until) {
		ok = was_tried(profile, &active, &tried);
		*why = ok && tried ? "expired-tried" : "expired";
	} else if (now >= active.soon) {
		*why = "due";
	}
	active_free(&active);
	return ok;
}

/* Is PROFILE in the pause after a failure? */
static bool
is_silent(const struct profile *profile, time_t now, bool *silent)
{
	struct state state;

	if (!state_read(profile->state, &state))
		return false;
	*silent = state_waits(&state, now);
	if (*silent)
		msg_trace("%s: next try in %lld s", profile->name,
		    (long long)(state.next - now));
	state_free(&state);
	return true;
}

/* What the certificate gives to do. */
static bool
look_further(
    const struct profile *profile, time_t now, bool force, const char **why)
{
	struct buf words = { 0 };
	bool silent = false;
	bool ok = look_at_active(profile, now, why, &words);

	if (ok && force)
		*why = *why != NULL ? *why : "forced";
	else if (ok && *why != NULL)
		ok = is_silent(profile, now, &silent);
	if (silent)
		*why = NULL;
	else if (ok && words.len > 0)
		msg_warn("%s", buf_text(&words));
	buf_free(&words);
	return ok;
}

bool
look(const struct profile *profile, time_t now, bool force, const char **why)
{
	struct pending pending;

	*why = NULL;
	if (!pending_look(profile, &pending))
		return false;
	if (pending.recover)
		*why = "recover";
	else if (pending.candidate)
		*why = "candidate";
	if (*why != NULL)
		return true;
	/* a hook that fails for ever must not keep a certificate from being
	 * renewed, and behind that the hooks run anyway */
	if (!look_further(profile, now, force, why)) {
		if (!pending.hooks)
			return false;
		*why = NULL;
	}
	if (*why == NULL && pending.hooks)
		*why = "hooks";
	return true;
}

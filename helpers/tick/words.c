/* words.c: how profiles are, for people and for plugins of Nagios.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "check/facts.h"
#include "check/show.h"
#include "span.h"
#include "text.h"
#include "words.h"

static bool
add_line(struct buf *out, const char *field, const char *value)
{
	return show_field(out, field) && buf_print(out, "%s\n", value);
}

/* A moment, and how far it is. */
static bool
add_moment(const struct status *status, int64_t moment, struct buf *out)
{
	int64_t span = moment - status->now;

	return facts_date((time_t)moment, out) &&
	       buf_print(out, span > 0 ? " (in " : " (") &&
	       span_print(span > 0 ? span : -span, out) &&
	       buf_print(out, span > 0 ? ")" : " ago)");
}

static bool
add_date(const struct status *status, const char *field, int64_t moment,
    struct buf *out)
{
	return show_field(out, field) && add_moment(status, moment, out) &&
	       buf_print(out, "\n");
}

static bool
add_certificate(const struct status *status, struct buf *out)
{
	const struct active *active = &status->active;

	if (!show_field(out, "Certificate") ||
	    !facts_source(status->profile->cert, out) || !buf_print(out, "\n"))
		return false;
	if (!active->read)
		return add_line(
		    out, "Status", active->there ? "UNREADABLE" : "MISSING");
	return show_field(out, "Status") &&
	       show_status(out, &active->life, active->soon, status->now) &&
	       buf_print(out, "\n") &&
	       add_date(status, "Due", active->soon, out);
}

static bool
add_pending(const struct status *status, struct buf *out)
{
	const struct pending *pending = &status->pending;

	return (!pending->recover ||
		   add_line(out, "Pending", "a change of files to finish")) &&
	       (!pending->candidate ||
		   (show_field(out, "Pending") &&
		       buf_print(out, "a candidate of ") &&
		       add_moment(status, status->candidate_since, out) &&
		       buf_print(out, "\n"))) &&
	       (!pending->hooks ||
		   add_line(out, "Pending", "post-renew hooks")) &&
	       (!status->reply || add_line(out, "Pending",
				      "an answer of the server's is kept"));
}

/* What the last run came to. */
static bool
add_last(const struct status *status, struct buf *out)
{
	const struct state *state = &status->state;

	if (!state->there)
		return add_line(out, "Last run", "none");
	if (!add_date(status, "Last run", state->at, out) ||
	    !show_field(out, "Last result") ||
	    !buf_print(out, "%lld %s (%s), %s%s%s", (long long)state->result,
		status_code_name(state->result),
		status_code_words(state->result), state->reason,
		state->step[0] != '\0' ? " at " : "", state->step))
		return false;
	if (state->failures > 1 && !buf_print(out, ", %lld failures in a row",
				       (long long)state->failures))
		return false;
	return buf_print(out, "\n") &&
	       (state->why[0] == '\0' || add_line(out, "Why", state->why)) &&
	       (state->success == 0 ||
		   add_date(status, "Last success", state->success, out)) &&
	       (state->next == 0 ||
		   add_date(status, "Next try", state->next, out));
}

bool
words_show(const struct status *status, struct buf *out)
{
	if (!add_line(out, "Profile", status->profile->name))
		return false;
	if (status->profile->cert != NULL &&
	    (!add_certificate(status, out) || !add_pending(status, out) ||
		!add_last(status, out)))
		return false;
	return status->level == STATUS_OK ||
	       add_line(out, "Attention", buf_text(&status->problem));
}

/* "name: its problem" of all that have LEVEL. */
static bool
add_problems(const struct status *status, size_t count, enum status_level level,
    struct buf *out)
{
	const char *between = "";

	for (size_t i = 0; i < count; i++) {
		if (status[i].level != level)
			continue;
		if (!buf_print(out, "%s%s: %s", between,
			status[i].profile->name, buf_text(&status[i].problem)))
			return false;
		between = "; ";
	}
	return true;
}

/* The time left, with a warning where it is due and an alarm in the last third
 * of that; and the failures. */
static bool
add_data(const struct status *status, struct buf *out)
{
	const struct active *active = &status->active;
	const char *name = status->profile->name;
	int64_t window = (int64_t)active->life.until - active->soon;

	return (!active->read ||
		   buf_print(out, " %s_expires_in=%llds;%lld:;%lld:", name,
		       (long long)(active->life.until - status->now),
		       (long long)window, (long long)(window / 3))) &&
	       buf_print(out, " %s_failures=%lld", name,
		   (long long)status->state.failures);
}

/* The worst of all, and of LEVEL. */
static enum status_level
worst_of(const struct status *status, size_t count, enum status_level level)
{
	static const int rank[] = {
		[STATUS_OK] = 0,
		[STATUS_WARNING] = 1,
		[STATUS_UNKNOWN] = 2,
		[STATUS_CRITICAL] = 3,
	};

	for (size_t i = 0; i < count; i++)
		if (rank[status[i].level] > rank[level])
			level = status[i].level;
	return level;
}

/* What stands behind "CERTCYCLE LEVEL - ". */
static bool
add_verdict(const struct status *status, size_t count, const char *wrong,
    enum status_level level, struct buf *out)
{
	if (level == STATUS_UNKNOWN && wrong != NULL)
		return text_escape(wrong, strlen(wrong), out);
	if (level != STATUS_OK)
		return add_problems(status, count, level, out);
	if (count != 1)
		return buf_print(out, "%zu profiles", count);
	return buf_print(out, "%s: ", status->profile->name) &&
	       show_status(
		   out, &status->active.life, status->active.soon, status->now);
}

bool
words_nagios(const struct status *status, size_t count, const char *wrong,
    enum status_level *level, struct buf *out)
{
	static const char *const names[] = {
		[STATUS_OK] = "OK",
		[STATUS_WARNING] = "WARNING",
		[STATUS_CRITICAL] = "CRITICAL",
		[STATUS_UNKNOWN] = "UNKNOWN",
	};
	size_t from = out->len;
	bool ok;

	*level =
	    worst_of(status, count, wrong != NULL ? STATUS_UNKNOWN : STATUS_OK);
	ok = buf_print(out, "CERTCYCLE %s - ", names[*level]) &&
	     add_verdict(status, count, wrong, *level, out);
	/* what stands behind a bar is data */
	for (; ok && from < out->len; from++)
		if (out->data[from] == '|')
			out->data[from] = '/';
	ok = ok && buf_print(out, " |");
	for (size_t i = 0; ok && i < count; i++)
		ok = add_data(&status[i], out);
	return ok && buf_print(out, "\n");
}

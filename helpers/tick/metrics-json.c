/* metrics-json.c: how profiles are, as one JSON object.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "check/facts.h"
#include "fault.h"
#include "json.h"
#include "metrics.h"

/* A moment, null where it is never. */
static json_t *
moment(int64_t value)
{
	return value != 0 ? json_integer(value) : json_null();
}

/* A text, null where it is empty. */
static json_t *
text(const char *value)
{
	return value[0] != '\0' ? json_string(value) : json_null();
}

static json_t *
certificate(const struct status *status)
{
	const struct active *active = &status->active;

	if (!active->read)
		return json_null();
	return json_pack("{s:s, s:o, s:s, s:I, s:I, s:I, s:I, s:b}", "subject",
	    buf_text(&status->subject), "serial",
	    text(buf_text(&status->serial)), "status",
	    facts_status(&active->life, active->soon, status->now),
	    "not_before", (json_int_t)active->life.from, "not_after",
	    (json_int_t)active->life.until, "expires_in",
	    (json_int_t)active->life.until - status->now, "due_from",
	    (json_int_t)active->soon, "due", status->now >= active->soon);
}

static json_t *
pending(const struct status *status)
{
	return json_pack("{s:b, s:b, s:o, s:b, s:b}", "recover",
	    status->pending.recover, "candidate", status->pending.candidate,
	    "candidate_since", moment(status->candidate_since), "hooks",
	    status->pending.hooks, "reply", status->reply);
}

static json_t *
last(const struct state *state)
{
	if (!state->there)
		return json_null();
	return json_pack("{s:I, s:o, s:o, s:o, s:I, s:I, s:o}", "result",
	    (json_int_t)state->result, "name",
	    text(status_code_name(state->result)), "reason",
	    text(state->reason), "step", text(state->step), "time",
	    (json_int_t)state->at, "since", (json_int_t)state->since, "why",
	    text(state->why));
}

static json_t *
profile(const struct status *status)
{
	const char *path = status->profile->cert;

	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, "
			 "s:o}",
	    "profile", status->profile->name, "level",
	    status_level_name(status->level), "problem",
	    text(buf_text(&status->problem)), "path",
	    text(path != NULL ? path : ""), "certificate", certificate(status),
	    "trouble", text(buf_text(&status->trouble)), "pending",
	    pending(status), "last", last(&status->state), "failures",
	    (json_int_t)status->state.failures, "last_success",
	    moment(status->state.success), "next_attempt",
	    moment(status->state.next));
}

bool
metrics_json(const struct status *status, size_t count, struct buf *out)
{
	json_t *list = json_array();
	json_t *all = NULL;
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < count; i++)
		ok = json_array_append_new(list, profile(&status[i])) == 0;
	if (ok)
		all = json_pack("{s:i, s:O}", "version", 1, "profiles", list);
	json_decref(list);
	ok = all != NULL || fault_memory();
	ok = ok && json_print(all, JSON_INDENT(2), out) && buf_print(out, "\n");
	json_decref(all);
	return ok;
}

/* metrics.c: how profiles are, in the text format of Prometheus.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "metrics.h"

enum metric {
	NOT_AFTER,
	NOT_BEFORE,
	PARSE_OK,
	FAILURES,
	LAST_ATTEMPT,
	LAST_RESULT,
	LAST_SUCCESS,
	NEXT_ATTEMPT,
	METRICS
};

static const struct text {
	const char *name;
	const char *help;
} texts[] = {
	[NOT_AFTER] = { "certificate_not_after_seconds",
	    "The end of the certificate or of its chain, in Unix time." },
	[NOT_BEFORE] = { "certificate_not_before_seconds",
	    "The beginning of the certificate, in Unix time." },
	[PARSE_OK] = { "certificate_parse_ok",
	    "1 if the certificate is there and can be read, 0 if not." },
	[FAILURES] = { "failures", "How many runs failed in a row." },
	[LAST_ATTEMPT] = { "last_attempt_timestamp_seconds",
	    "When a run last did something." },
	[LAST_RESULT] = { "last_result",
	    "The exit code of that run; 0 is well." },
	[LAST_SUCCESS] = { "last_success_timestamp_seconds",
	    "When a certificate last became active." },
	[NEXT_ATTEMPT] = { "next_attempt_timestamp_seconds",
	    "When the issuer is asked again after a failure; 0 is any time." },
};

/* Has STATUS that metric, and which VALUE? */
static bool
measure(const struct status *status, enum metric metric, int64_t *value)
{
	const struct state *state = &status->state;

	switch (metric) {
	case NOT_AFTER:
		*value = status->active.life.until;
		return status->active.read;
	case NOT_BEFORE:
		*value = status->active.life.from;
		return status->active.read;
	case PARSE_OK:
		*value = status->active.read;
		return true;
	case FAILURES:
		*value = state->failures;
		return true;
	case LAST_ATTEMPT:
		*value = state->at;
		break;
	case LAST_RESULT:
		*value = state->result;
		break;
	case LAST_SUCCESS:
		*value = state->success;
		return state->success > 0;
	case NEXT_ATTEMPT:
		*value = state->next;
		break;
	case METRICS:
		return false;
	}
	return state->there;
}

bool
metrics_print(const struct status *status, size_t count, struct buf *out)
{
	for (int i = 0; i < METRICS; i++) {
		const struct text *text = &texts[i];

		if (!buf_print(out,
			"# HELP certcycle_%s %s\n# TYPE certcycle_%s gauge\n",
			text->name, text->help, text->name))
			return false;
		for (size_t at = 0; at < count; at++) {
			int64_t value;

			if (measure(&status[at], (enum metric)i, &value) &&
			    !buf_print(out,
				"certcycle_%s{profile=\"%s\"} "
				"%lld\n",
				text->name, status[at].profile->name,
				(long long)value))
				return false;
		}
	}
	return true;
}

/* state: what is read is printed so that it is read as the same, on clean lines,
 * and no number is below zero; and no pause that comes of it is none or endless.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "check/spread.h"
#include "tick/backoff.h"
#include "tick/state.h"

static void
check_pause(const struct state *state)
{
	struct backoff backoff = {
		.first = state->at % 100000,
		.longest = state->since,
		.failures = state->failures,
		.left = state->success - state->next,
		.after = state->next,
		.share = (int)(state->result % SPREAD_ONE),
	};
	int64_t pause = backoff_pause(&backoff);

	must(pause >= 0);
	must(backoff.left <= 120 || pause <= backoff.left / 2);
	must(backoff.left > 0 ||
	     pause / 5 * 4 <= (state->since > 60 ? state->since : 60));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = fuzz_buf(data, size);
	struct buf first = { 0 };
	struct buf second = { 0 };
	struct state state;
	struct state again;

	if (state_parse(text.data, text.len, "input", &state)) {
		must(state.there);
		must(state.result >= 0 && state.at >= 0 && state.since >= 0 &&
		     state.failures >= 0 && state.success >= 0 &&
		     state.next >= 0);
		check_pause(&state);
		must(state_print(&state, &first));
		must(fuzz_clean_lines(&first));
		must(state_parse(first.data, first.len, "printed", &again));
		must(state_print(&again, &second));
		must(fuzz_same(&first, &second));
		state_free(&again);
	} else {
		must(fault_code() == EXIT_DATA && !state.there);
	}
	state_free(&state);
	buf_free(&second);
	buf_free(&first);
	buf_free(&text);
	return 0;
}

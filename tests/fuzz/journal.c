/* journal: one that is whole prints as it was; cut short anywhere it is torn,
 * and never taken for another. The input is what stands between header and
 * seal, and the seal is put on, since no search would find it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "promote/digest.h"
#include "promote/journal.h"

static void
check_cuts(const struct buf *text)
{
	struct journal journal;
	enum journal_state state;

	for (size_t len = 0; len < text->len; len++) {
		must(journal_parse(text->data, len, "cut", &journal, &state));
		must(state == JOURNAL_TORN);
	}
}

static void
check_text(const struct buf *text)
{
	struct journal journal;
	enum journal_state state;
	struct buf again = { 0 };

	if (!journal_parse(text->data, text->len, "input", &journal, &state)) {
		must(fault_code() == EXIT_DATA);
	} else if (state == JOURNAL_WHOLE) {
		for (size_t i = 0; i < journal.count; i++)
			must(journal.exchange[i].from[0] == '/' &&
			     journal.exchange[i].to[0] == '/');
		must(journal_print(&journal, &again));
		must(fuzz_same(text, &again));
		check_cuts(text);
	}
	journal_free(&journal);
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char header[] = "certcycle journal 1";
	struct buf raw = fuzz_buf(data, size);
	struct buf sealed = { 0 };
	struct digest seal;

	check_text(&raw);
	must(buf_add(&sealed, header, sizeof header));
	must(buf_add(&sealed, raw.data, raw.len));
	must(digest_bytes(sealed.data, sealed.len, &seal));
	must(digest_print(&seal, &sealed) && buf_add(&sealed, "", 1));
	check_text(&sealed);
	buf_free(&sealed);
	buf_free(&raw);
	return 0;
}

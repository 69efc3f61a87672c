/* http: what a server said is one line of clean text, of a length to be read.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "fuzz.h"
#include "net/http.h"
#include "text.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf body = fuzz_buf(data, size);
	struct buf words = { 0 };

	must(http_words(&body, &words));
	must(text_is_clean(buf_text(&words), words.len));
	/* 300 bytes and "...", all of them escaped */
	must(words.len <= 303 * 4);
	buf_free(&words);
	buf_free(&body);
	return 0;
}

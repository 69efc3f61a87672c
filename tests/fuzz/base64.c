/* base64: what is decoded prints as lines that are decoded to the same.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "est/base64.h"
#include "exit.h"
#include "fault.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf input = fuzz_buf(data, size);
	struct buf bytes = { 0 };
	struct buf text = { 0 };
	struct buf again = { 0 };

	if (base64_read(input.data, size, &bytes)) {
		must(bytes.len > 0 && bytes.len < size);
		must(base64_print(bytes.data, bytes.len, &text));
		must(fuzz_clean_lines(&text));
		must(base64_read(text.data, text.len, &again));
		must(fuzz_same(&bytes, &again));
	} else {
		must(fault_code() == EXIT_UNTRUSTED);
	}
	buf_free(&again);
	buf_free(&text);
	buf_free(&bytes);
	buf_free(&input);
	return 0;
}

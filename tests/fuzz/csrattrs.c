/* csrattrs: what a server wants in a request is shown as clean lines, and is
 * the same whether it comes as DER or as base64.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "est/base64.h"
#include "est/csrattrs.h"
#include "exit.h"
#include "fault.h"
#include "fuzz.h"

/* The attributes that were taken, once more as base64. */
static void
check_again(const struct buf *der)
{
	struct buf text = { 0 };
	struct buf again = { 0 };

	must(base64_print(der->data, der->len, &text));
	must(csrattrs_decode(&text, "again", &again));
	must(fuzz_same(der, &again));
	must(csrattrs_has(der, CSRATTRS_CHALLENGE) ==
	     csrattrs_has(&again, CSRATTRS_CHALLENGE));
	buf_free(&again);
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf body = fuzz_buf(data, size);
	struct buf der = { 0 };
	struct buf lines = { 0 };

	if (csrattrs_decode(&body, "server", &der)) {
		must(csrattrs_print(&der, &lines));
		must(fuzz_clean_lines(&lines));
		check_again(&der);
	} else {
		must(fault_code() == EXIT_UNTRUSTED);
	}
	buf_free(&lines);
	buf_free(&der);
	buf_free(&body);
	return 0;
}

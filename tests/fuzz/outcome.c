/* outcome: what is picked out of an answer is a line, or lines, and each refusal
 * is the server's fault. The first line of the input is the list of statuses and
 * the path, the rest the answer.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "rest/outcome.h"

static void
check_list(const char *list)
{
	bool all = true;

	if (!outcome_check(list)) {
		must(fault_code() == EXIT_USAGE);
		return;
	}
	for (long status = 100; status < 600; status++)
		all = outcome_has(list, status) && all;
	must(!outcome_has(list, 0) && !outcome_has(list, 600));
	must(all == (strstr(list, "1xx") && strstr(list, "2xx") &&
			strstr(list, "3xx") && strstr(list, "4xx") &&
			strstr(list, "5xx")) ||
	     strlen(list) > 400);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t len = end != NULL ? (size_t)(end - data) : size;
	char *head = fuzz_string(data, len);
	struct buf body = fuzz_buf(data + len, size - len);
	struct buf out = { 0 };

	check_list(head);
	if (outcome_pick(&body, head, "input", &out))
		must(out.len > 0 && out.data[out.len - 1] == '\n' &&
		     strlen(buf_text(&out)) == out.len);
	else
		must(fault_code() == EXIT_UNTRUSTED && out.len == 0);
	buf_free(&out);
	buf_free(&body);
	free(head);
	return 0;
}

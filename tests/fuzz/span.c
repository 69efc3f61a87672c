/* span: a length of time that is accepted is printed so that it is read as the
 * same, and no window leaves the range of time.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "fuzz.h"
#include "span.h"

/* a certificate of the year 1 to one of 9999: the range of RFC 5280 */
#define FIRST ((time_t)-62135596800)
#define LAST ((time_t)253402300799)

static void
check_span(const char *text)
{
	struct buf printed = { 0 };
	int64_t seconds;
	int64_t again;

	if (!span_parse(text, &seconds))
		return;
	must(seconds >= 0);
	must(span_print(seconds, &printed));
	must(span_parse(buf_text(&printed), &again) && again == seconds);
	buf_free(&printed);
}

static void
check_window(const char *text)
{
	struct window window;

	if (!window_parse(text, &window))
		return;
	must(window.percent <= 99 && window.seconds >= 0);
	must(window_start(&window, FIRST, LAST) <= LAST);
	must(window_start(&window, LAST, LAST) <= LAST);
	must(window.seconds > 0 || window_start(&window, FIRST, LAST) >= FIRST);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);

	check_span(text);
	check_window(text);
	free(text);
	return 0;
}

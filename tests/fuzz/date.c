/* date: a moment that is accepted prints as one that is read as the same.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "sign/date.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	char printed[64];
	struct tm tm;
	time_t moment;
	time_t again;

	if (date_parse(text, &moment)) {
		must(moment <= DATE_LAST);
		must(gmtime_r(&moment, &tm) != NULL);
		must(strftime(printed, sizeof printed, "%Y-%m-%dT%H:%M:%SZ",
			 &tm) == 20);
		must(date_parse(printed, &again) && again == moment);
	} else {
		must(fault_code() == EXIT_DATA);
	}
	free(text);
	return 0;
}

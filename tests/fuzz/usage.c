/* usage: key usage that is accepted prints as a list that is read as the same.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "usage.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *list = fuzz_string(data, size);
	gnutls_x509_key_purposes_t purposes;
	struct buf printed = { 0 };
	unsigned flags;
	unsigned again;

	if (usage_parse(list, &flags)) {
		must(flags != 0);
		must(usage_print(flags, &printed));
		must(usage_parse(buf_text(&printed), &again));
		must(again == flags);
	} else {
		must(fault_code() == EXIT_USAGE);
	}
	if (usage_parse_purposes(list, &purposes))
		gnutls_x509_key_purpose_deinit(purposes);
	else
		must(fault_code() == EXIT_USAGE);
	buf_free(&printed);
	free(list);
	return 0;
}

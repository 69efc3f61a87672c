/* redirect: where a server points is https and of the same origin, or is said
 * not to be; no name and no password go there. Two URLs with a line feed
 * between.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "net/redirect.h"

static void
check_plain(const char *url)
{
	struct buf plain = { 0 };
	struct buf again = { 0 };
	const char *host;

	if (redirect_plain(url, &plain) && plain.len > 0) {
		host = strstr(buf_text(&plain), "://");
		must(host != NULL);
		host += 3;
		must(memchr(host, '@', strcspn(host, "/?#")) == NULL);
		must(redirect_plain(buf_text(&plain), &again));
		must(fuzz_same(&plain, &again));
	}
	buf_free(&again);
	buf_free(&plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *from = fuzz_string(data, size);
	char *to = strchr(from, '\n');
	bool same = false;

	check_plain(from);
	if (to != NULL) {
		*to++ = '\0';
		if (redirect_check(from, to, &same))
			must(strncasecmp(to, "https:", 6) == 0);
		else
			must(fault_code() == EXIT_UNTRUSTED);
		if (strncmp(from, "https://", 8) == 0 &&
		    redirect_check(from, from, &same))
			must(same);
	}
	free(from);
	return 0;
}

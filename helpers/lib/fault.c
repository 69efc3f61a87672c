/* fault.c: why a library function returned false.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "fault.h"

static int latest_code = EXIT_LOCAL;
static char *latest_text;
static bool starved;

bool
fault(int code, const char *format, ...)
{
	int saved = errno;
	char *text = NULL;
	va_list args;

	/* the new text may quote the old one, which is freed only then */
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	free(latest_text);
	latest_text = text;
	latest_code = code;
	/* what is concluded from a lack of memory is no fault of the data */
	if (starved && code != EXIT_LOCAL) {
		latest_code = EXIT_LOCAL;
		free(latest_text);
		latest_text = NULL;
	}
	errno = saved;
	return false;
}

bool
fault_memory(void)
{
	starved = true;
	return fault(EXIT_LOCAL, "out of memory");
}

bool
fault_errno(const char *name)
{
	bool missing = errno == ENOENT || errno == ENOTDIR;

	return fault(
	    missing ? EXIT_DATA : EXIT_LOCAL, "%s: %s", name, strerror(errno));
}

bool
fault_local(const char *name)
{
	return fault(EXIT_LOCAL, "%s: %s", name, strerror(errno));
}

int
fault_code(void)
{
	return latest_code;
}

const char *
fault_text(void)
{
	return latest_text != NULL ? latest_text : "out of memory";
}

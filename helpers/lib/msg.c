/* msg.c: what a tool says on standard error.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "fault.h"
#include "msg.h"
#include "text.h"

static const char *tool_name = "certcycle";
static bool verbose;

void
msg_start(const char *tool)
{
	tool_name = tool;
}

void
msg_verbose(void)
{
	verbose = true;
}

/* Blots out the PIN of a PKCS#11 URI (RFC 7512, 2.4), and its length, wherever
 * one is named. A PIN may hold anything but a blank and what ends an attribute:
 * the last ':' before a blank is ours. */
static void
hide_pins(char *text)
{
	static const char name[] = "pin-value=";

	while ((text = strstr(text, name)) != NULL) {
		char *end;

		text += sizeof name - 1;
		end = text + strcspn(text, "& \t\n");
		if (end > text && end[-1] == ':')
			end--;
		if (end > text)
			*text++ = '*';
		memmove(text, end, strlen(end) + 1);
	}
}

/* One write for the whole line: lines of several processes on one standard
 * error must not mix. */
static void
say(const char *format, va_list args)
{
	int saved = errno;
	struct buf line = { 0 };
	char *text = NULL;
	int len;

	len = vasprintf(&text, format, args);
	if (len >= 0)
		hide_pins(text);
	if (len >= 0 && buf_print(&line, "%s: ", tool_name) &&
	    text_escape(text, strlen(text), &line) && buf_add(&line, "\n", 1)) {
		/* nothing is left to tell it to, should this fail */
		ssize_t ignored = write(STDERR_FILENO, line.data, line.len);
		(void)ignored;
	} else {
		/* this needs no memory */
		dprintf(STDERR_FILENO, "%s: out of memory\n", tool_name);
	}
	buf_free(&line);
	free(text);
	errno = saved;
}

void
msg_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

void
msg_trace(const char *format, ...)
{
	va_list args;

	if (!verbose)
		return;
	va_start(args, format);
	say(format, args);
	va_end(args);
}

void
msg_die(int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	exit(code);
}

void
msg_die_fault(void)
{
	msg_die(fault_code(), "%s", fault_text());
}

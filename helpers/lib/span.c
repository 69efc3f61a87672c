/* span.c: lengths of time, and the window before a certificate's end.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "fault.h"
#include "span.h"

/* the largest first: span_print takes them in this order */
static const struct unit {
	const char *name;
	int64_t seconds;
	bool printed;
} units[] = {
	{ "y", 365 * 86400, true },
	{ "w", 7 * 86400, false },
	{ "d", 86400, true },
	{ "h", 3600, true },
	{ "m", 60, true },
	{ "min", 60, false },
	{ "s", 1, true },
};

enum { UNIT_COUNT = sizeof units / sizeof units[0] };

static int64_t
unit_seconds(const char *name, size_t len)
{
	for (int i = 0; i < UNIT_COUNT; i++)
		if (strlen(units[i].name) == len &&
		    memcmp(units[i].name, name, len) == 0)
			return units[i].seconds;
	return 0;
}

/* 100,000 years is enough, and far from overflow. */
#define LONGEST INT64_C(3153600000000)

/* Reads digits at *AT and moves it behind them. */
static bool
read_number(const char **at, int64_t *number)
{
	const char *start = *at;

	*number = 0;
	for (; **at >= '0' && **at <= '9'; (*at)++) {
		if (*number > LONGEST)
			return false;
		*number = *number * 10 + (**at - '0');
	}
	return *at > start;
}

static bool
not_a_span(const char *text)
{
	return fault(EXIT_USAGE,
	    "%s: not a length of time, which is written like 30d or 1h 30m",
	    text);
}

bool
span_parse(const char *text, int64_t *seconds)
{
	const char *at = text;
	int64_t number;
	int64_t unit;
	size_t len;

	*seconds = 0;
	do {
		if (!read_number(&at, &number))
			goto bad;
		len = strspn(at, "abcdefghijklmnopqrstuvwxyz");
		unit = len > 0 ? unit_seconds(at, len) : 1;
		/* "1d 12" would be guesswork */
		if (unit == 0 || (len == 0 && (at[0] != '\0' || *seconds > 0)))
			goto bad;
		if (number > (LONGEST - *seconds) / unit)
			goto bad;
		*seconds += number * unit;
		at += len;
		at += strspn(at, " ");
	} while (*at != '\0');
	return true;
bad:
	return not_a_span(text);
}

bool
span_print(int64_t seconds, struct buf *out)
{
	const char *blank = "";

	if (seconds == 0)
		return buf_print(out, "0s");
	for (int i = 0; i < UNIT_COUNT; i++) {
		int64_t count = seconds / units[i].seconds;

		if (!units[i].printed || count == 0)
			continue;
		if (!buf_print(out, "%s%lld%s", blank, (long long)count,
			units[i].name))
			return false;
		seconds %= units[i].seconds;
		blank = " ";
	}
	return true;
}

/* Reads PART, a share or a span, of WHOLE, which a fault names. */
static bool
parse_part(const char *part, const char *whole, struct window *window)
{
	const char *at = part;
	int64_t number;

	*window = (struct window){ 0 };
	if (!read_number(&at, &number) || strcmp(at, "%") != 0)
		return span_parse(part, &window->seconds) || not_a_span(whole);
	if (number < 1 || number > 99)
		return fault(EXIT_USAGE,
		    "%s: a share of the lifetime is 1%% to 99%%", whole);
	window->percent = (unsigned)number;
	return true;
}

bool
window_parse(const char *text, struct window *window)
{
	const char *comma = strchr(text, ',');
	struct window other;
	char *first;
	bool ok;

	if (comma == NULL)
		return parse_part(text, text, window);
	first = strndup(text, (size_t)(comma - text));
	if (first == NULL)
		return fault_memory();
	comma++;
	ok = parse_part(first, text, window) &&
	     parse_part(comma + strspn(comma, " "), text, &other);
	free(first);
	if (!ok)
		return false;
	if ((window->percent > 0) == (other.percent > 0))
		return fault(EXIT_USAGE,
		    "%s: not one share and one length of time", text);
	window->percent += other.percent;
	window->seconds += other.seconds;
	return true;
}

time_t
window_start(const struct window *window, time_t from, time_t until)
{
	int64_t life = until > from ? (int64_t)until - from : 0;
	int64_t share = life / 100 * window->percent;

	return (time_t)(until -
			(share > window->seconds ? share : window->seconds));
}

bool
clock_plausible(time_t now)
{
	return now >= (time_t)BUILD_EPOCH - 86400;
}

int64_t
clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

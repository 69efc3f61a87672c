/* date.c: moments, as people and other tools write them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "date.h"
#include "exit.h"
#include "fault.h"

/* Reads COUNT digits at *AT and moves it behind them. */
static bool
number(const char **at, int count, int *value)
{
	*value = 0;
	for (; count > 0; count--, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*value = *value * 10 + (**at - '0');
	}
	return true;
}

/* Moves *AT behind the character C, if that stands there. */
static bool
mark(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* 2026-11-21, with or without a time of day */
static bool
read_iso(const char *at, struct tm *tm)
{
	if (!number(&at, 4, &tm->tm_year) || !mark(&at, '-') ||
	    !number(&at, 2, &tm->tm_mon) || !mark(&at, '-') ||
	    !number(&at, 2, &tm->tm_mday))
		return false;
	if (*at == '\0')
		return true;
	if ((!mark(&at, 'T') && !mark(&at, ' ')) ||
	    !number(&at, 2, &tm->tm_hour) || !mark(&at, ':') ||
	    !number(&at, 2, &tm->tm_min))
		return false;
	if (mark(&at, ':')) {
		if (!number(&at, 2, &tm->tm_sec))
			return false;
		if (at[0] == '.' && at[1] >= '0' && at[1] <= '9')
			at += 1 + strspn(at + 1, "0123456789");
	}
	mark(&at, 'Z');
	return *at == '\0';
}

/* GeneralizedTime, or UTCTime, which ends with the year 2049 */
static bool
read_der(const char *at, struct tm *tm)
{
	bool utc = strlen(at) == 13;

	if (!number(&at, utc ? 2 : 4, &tm->tm_year) ||
	    !number(&at, 2, &tm->tm_mon) || !number(&at, 2, &tm->tm_mday) ||
	    !number(&at, 2, &tm->tm_hour) || !number(&at, 2, &tm->tm_min) ||
	    !number(&at, 2, &tm->tm_sec) || !mark(&at, 'Z') || *at != '\0')
		return false;
	if (utc)
		tm->tm_year += tm->tm_year < 50 ? 2000 : 1900;
	return true;
}

bool
date_parse(const char *text, time_t *moment)
{
	struct tm tm = { 0 };
	struct tm given;

	if (!read_iso(text, &tm)) {
		tm = (struct tm){ 0 };
		if (!read_der(text, &tm))
			goto bad;
	}
	tm.tm_year -= 1900;
	tm.tm_mon--;
	given = tm;
	*moment = timegm(&tm);
	/* what the calendar does not have, timegm turns into what it has */
	if (*moment >= 0 && tm.tm_mon == given.tm_mon &&
	    tm.tm_mday == given.tm_mday && tm.tm_hour == given.tm_hour &&
	    tm.tm_min == given.tm_min && tm.tm_sec == given.tm_sec)
		return true;
bad:
	return fault(EXIT_DATA,
	    "'%s': no date, which is written like 2026-11-21 or "
	    "2026-11-21T10:48:51Z",
	    text);
}

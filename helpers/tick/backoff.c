/* backoff.c: how long the issuer is left alone after a failure.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "backoff.h"
#include "check/spread.h"

/* nobody is asked more often, however near the end is */
enum { SHORTEST = 60 };

static int64_t
at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
at_least(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t
backoff_pause(const struct backoff *backoff)
{
	int64_t floor = at_most(backoff->first, SHORTEST);
	int64_t half = at_least(backoff->left / 2, floor);
	int64_t pause = backoff->first;
	int64_t share;

	for (int64_t i = 1; i < backoff->failures && pause < backoff->longest;
	     i++)
		pause = at_least(2 * pause, 1);
	pause = at_most(pause, backoff->longest);
	if (backoff->left > 0)
		pause = at_most(pause, at_least(backoff->left / 10, floor));
	else
		half = at_least(backoff->longest, floor);
	pause = at_least(pause, at_most(backoff->after, half));
	/* the golden section: the share differs from one failure to the next,
	 * and goes all over the quarter */
	share = (backoff->share + backoff->failures % SPREAD_ONE *
				      (SPREAD_ONE * 618 / 1000)) %
		SPREAD_ONE;
	share = at_most(pause, INT64_C(1) << 40) * share / SPREAD_ONE / 4;
	return backoff->left > 0 ? at_most(pause + share, half) : pause + share;
}

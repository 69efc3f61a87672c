/* span.h: lengths of time, and the window before a certificate's end.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_SPAN_H
#define CERTCYCLE_SPAN_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "buf.h"

/* How far two honest clocks may differ: a certificate whose notBefore is up to
 * this many seconds ahead counts as valid already. */
#define SPAN_SKEW 300

/* Reads "30d", "12h", "90m", "45s", "2w", "1y", several of them ("1h 30m"), or
 * a bare number of seconds. A year has 365 days. EXIT_USAGE otherwise. */
bool span_parse(const char *text, int64_t *seconds);

/* Writes SECONDS, which is not negative, as "1y 2d 3h 4m 5s" without its zero
 * parts; "0s" for none. */
bool span_print(int64_t seconds, struct buf *out);

/* How long before notAfter a renewal is due: an absolute span, a share of the
 * whole lifetime in percent, or both, of which the longer one counts. One that
 * is not used is 0. */
struct window {
	int64_t seconds;
	unsigned percent;
};

/* Reads a span as above, "33%", or both: "33%,30d". EXIT_USAGE otherwise. */
bool window_parse(const char *text, struct window *window);

/* The moment from which on a certificate valid from FROM until UNTIL is due. */
time_t window_start(const struct window *window, time_t from, time_t until);

/* False where NOW lies before certcycle was built: then the clock was never
 * set, and no date can be judged. */
bool clock_plausible(time_t now);

/* Milliseconds on a clock that no one sets: for how long something took. */
int64_t clock_ms(void);

#endif

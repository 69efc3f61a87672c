/* deadline.h: an end to waiting.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_DEADLINE_H
#define CERTCYCLE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/* From now on the program has SECONDS, 0: no limit; then it ends with EXIT_NONET
 * and "TOOL: WHAT: no answer in time" on standard error. It interrupts even what
 * cannot be given a time limit: a name look-up, a connect in a library. Once
 * a program; exits with EXIT_LOCAL where it cannot be set. TOOL must outlive
 * the program. */
void deadline_or_die(int64_t seconds, const char *tool, const char *what);

/* From now on WHAT is waited for, and CODE is how the program ends when time is
 * out. Exits with EXIT_LOCAL where memory is short. */
void deadline_about_or_die(const char *what, int code);

/* Interrupts what the program waits in, each time when SECONDS are over: a system
 * call ends with EINTR where it would have gone on. 0: no more of that. False
 * where it cannot be. */
bool deadline_nudge(int64_t seconds);

/* The seconds that are left, at least 1; 0: there is no limit. */
int64_t deadline_left(void);

#endif

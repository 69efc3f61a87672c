/* deadline.h: an end to waiting.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_DEADLINE_H
#define CERTCYCLE_DEADLINE_H

#include <stdint.h>

/* From now on the program has SECONDS; then it ends with EXIT_NONET and
 * "TOOL: WHAT: no answer in time" on standard error. It interrupts even what
 * cannot be given a time limit: a name look-up, a connect in a library. Once
 * a program; exits with EXIT_LOCAL where it cannot be set. */
void deadline_or_die(int64_t seconds, const char *tool, const char *what);

#endif

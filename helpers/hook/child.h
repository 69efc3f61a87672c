/* child.h: a program run to its end, or to the end of its time.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CHILD_H
#define CERTCYCLE_CHILD_H

#include <stdbool.h>
#include <stdint.h>

/* Call before the first child_run: from then on SIGCHLD and the signals that
 * end a program wait until child_run takes them, but for those that our caller
 * ignores; and SIGPIPE is ignored. */
bool child_start(void);

/* Runs PATH with ARGV and ENVIRONMENT in a session of its own, without a
 * terminal, all signals at their defaults, and waits for it, not for what it
 * left in the background. PIPED: it has our standard input and output;
 * otherwise its input is /dev/null and its output joins standard error. No
 * other descriptor is open in it.
 *
 * CODE is its exit code. EXIT_HOOK: it was ended by a signal; or it was not
 * done within SECONDS (0: no limit), or printed over FILE_LIMIT bytes where that
 * goes into a file, and its whole process group was killed; EXIT_LOCAL: it could
 * not be started. A signal that ends us ends the group first. */
bool child_run(const char *path, char *const *argv, char *const *environment,
    bool piped, int64_t seconds, int *code);

#endif

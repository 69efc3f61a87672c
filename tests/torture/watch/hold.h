/* hold.h: the command that is watched, and the system calls at which it is held
 * until the watcher has looked.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TORTURE_HOLD_H
#define TORTURE_HOLD_H

#include <stdbool.h>
#include <sys/types.h>

/* Runs ARGV as the process PID, with the filter that it and all that descends
 * from it is held by; LISTENER tells when. It ends with 127 where ARGV cannot
 * be run. */
bool hold_start(char **argv, pid_t *pid, int *listener);

/* One of them is held: looks, and lets it go on. False: something that had to
 * be looked at before was lost. */
bool hold_answer(int listener);

#endif

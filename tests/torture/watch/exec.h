/* exec.h: what a process becomes, by which arguments, with which environment.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TORTURE_EXEC_H
#define TORTURE_EXEC_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include <sys/types.h>

/* The process PID is held at execve of what these three point to in its memory:
 * looks at all of it. False: it is gone. */
bool exec_look(pid_t pid, uint64_t file, uint64_t argv, uint64_t envp);

/* Reads a string of the process PID into a fresh one, which the caller frees;
 * NULL: there is none. */
char *exec_string(pid_t pid, uint64_t at);

/* How many programs were looked at, and how many of them are ours. */
size_t exec_count(bool ours);

#endif

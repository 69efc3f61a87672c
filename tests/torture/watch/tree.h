/* tree.h: which process is whose.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TORTURE_TREE_H
#define TORTURE_TREE_H

#include <stdbool.h>
#include <sys/types.h>

/* A process, by what it last became. */
struct branch {
	bool ours; /* it is a program of certcycle, or descends from one */
	bool first; /* it is the one that a test started */
	int test; /* the number of its test, 0: none */
	const char *name; /* the program; it stays */
};

/* The kernel tells of each fork from now on; false: it will not. Its descriptor
 * is FD. */
bool tree_start(int *fd);

/* Takes in what the kernel told so far; false: it had told more than there was
 * room for, and something is lost. */
bool tree_update(void);

/* A copy of NAME that stays, one however often it is asked for. */
const char *tree_name(const char *name);

/* The process PID: never NULL. */
struct branch *tree_at(pid_t pid);

#endif

/* files.h: what is written to files, while they are there.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TORTURE_FILES_H
#define TORTURE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* From now on the kernel tells of what is written below DIR, a file system of
 * its own, and by all other mounts of now. False: it will not. Its descriptor
 * is FD. */
bool files_start(const char *dir, int *fd);

/* Looks at all that was written so far; false: something was lost. */
bool files_update(void);

/* The process PID becomes a program of ours: its standard error is a log.
 * GIVEN: by a test, then what else it has open is the test's, and how it may be
 * read. */
void files_inherited(pid_t pid, bool given);

/* The process PID is about to change the mode of a file to MODE: by a path from
 * the descriptor AT on, or of AT itself where PATH is NULL. */
void files_mode(pid_t pid, int at, const char *path, mode_t mode);

/* How many files were looked at. */
size_t files_count(void);

#endif

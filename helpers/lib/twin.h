/* twin.h: the file that a new content is written to before it gets its name.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_TWIN_H
#define CERTCYCLE_TWIN_H

#include <stdbool.h>

/* Makes an empty file of mode 0600 beside PATH and opens it for writing. NAME
 * receives what it is called, for the caller to free, with -1, too: PATH.part, so
 * that what a power cut leaves is removed by whoever writes PATH next. Where
 * another process writes there just now it has a name of its own. -1: fault, and
 * errno. */
int twin_make(const char *path, char **name);

/* The file NAME becomes PATH, which must not be there. False: errno says why, and
 * both are as they were. */
bool twin_settle(const char *name, const char *path);

#endif

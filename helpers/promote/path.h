/* path.h: the names of files.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PATH_H
#define CERTCYCLE_PATH_H

#include <stdbool.h>

/* What PATH is in the end: links are followed, also one whose target does not
 * exist yet; PATH itself where nothing can be followed. For the caller to free;
 * NULL: out of memory. */
char *path_real(const char *path);

/* PATH from the root, so that it means the same in any working directory; a link
 * in its last part is not followed. For the caller to free; NULL: out of memory,
 * or there is no such directory. */
char *path_absolute(const char *path);

/* Do both names lead to one file that is there? */
bool path_same(const char *a, const char *b);

#endif

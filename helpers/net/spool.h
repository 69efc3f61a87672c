/* spool.h: input that can be read once only, for libraries that want a file.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_SPOOL_H
#define CERTCYCLE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* Is PATH "-", or something else that is gone when it was read, as a pipe is? */
bool spool_needed(const char *path);

/* Puts LEN bytes in a file without a name, in memory and on no disk, which cannot
 * be changed any more; NAME, which is empty before, receives a path to it. It
 * lives as long as the program. EXIT_LOCAL: no memory for it. */
bool spool_put(const void *data, size_t len, struct buf *name);

/* Where PATH needs it, reads the certificates in it, and PATH is where they are
 * from then on, as text of NAME. NULL is nothing to do. EXIT_DATA: there are none,
 * said while it is known where they should have come from. */
bool spool_anchors(const char **path, struct buf *name);

#endif

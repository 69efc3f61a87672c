/* history.h: what happened to a profile: the file "history" in its state
 * directory, a line for each event.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_HISTORY_H
#define CERTCYCLE_HISTORY_H

#include <stdbool.h>

#include "buf.h"

/* What the file never grows beyond. */
enum { HISTORY_LIMIT = 256 << 10 };

/* Adds LINE, with its line end, to the file in the directory DIR, synced; where
 * that is full its older half is dropped. A last line that a power cut left
 * torn is ended. EXIT_LOCAL: it cannot be written. */
bool history_add(const char *dir, const struct buf *line);

/* Adds all the lines to OUT; nothing where there is no file. */
bool history_read(const char *dir, struct buf *out);

#endif

/* change.h: files that take the place of others, whole or not at all.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CHANGE_H
#define CERTCYCLE_CHANGE_H

#include <stdbool.h>

/* One file that takes the place of another: FROM is renamed to TO, and what TO
 * was is kept as a former one (former.h). TO is no link. Nothing is owned. */
struct change {
	const char *from;
	const char *to;
};

/* Does one change. At every moment TO is the whole former file or the whole new
 * one; only where it is a mount point, and has to be overwritten, that takes a
 * journal. On failure TO is as it was, or a journal is there. */
bool change_one(const struct change *change, int keep);

/* Does both, or neither: the journal of SECOND is written first. On failure both
 * are as they were, or the journal is still there. */
bool change_both(
    const struct change *first, const struct change *second, int keep);

/* Finishes what was interrupted on the way to ACTIVE, or undoes it where what is
 * to come is not there any more; nothing to do is done. FINISHED, for the
 * caller to free, is the name of the file that this made ACTIVE, or NULL.
 * EXIT_DATA: neither can be done, or the journal is not to be believed. */
bool change_recover(const char *active, int keep, char **finished);

#endif

/* move.h: files that get another name, or another's place.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_MOVE_H
#define CERTCYCLE_MOVE_H

#include <stdbool.h>
#include <sys/types.h>

/* Gives the file PATH, which is no link, owner, group and mode, and puts it on
 * disk. EXIT_LOCAL: that is not permitted, and nothing was changed. */
bool move_adopt(const char *path, uid_t uid, gid_t gid, mode_t mode);

/* Makes NAME, which must not exist, the whole of what PATH is, on disk with its
 * directory: a hard link, or a copy where there can be none; the copy of a file
 * that cannot be given to the owner of PATH is for its own owner alone. */
bool move_twin(const char *path, const char *name);

/* Removes what a move_twin to NAME has left that was cut off, if anything. */
void move_forget(const char *name);

/* Renames FROM to TO. EXIT_LOCAL; errno is that of rename, EBUSY where TO is a
 * mount point. */
bool move_rename(const char *from, const char *to);

/* Overwrites TO, which is a mount point and cannot be renamed, by FROM, reads it
 * back, and removes FROM. This is not whole when it is cut off: it must have been
 * written down before (journal.h). EXIT_LOCAL. */
bool move_over(const char *from, const char *to);

#endif

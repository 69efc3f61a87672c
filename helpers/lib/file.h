/* file.h: files read whole, and written whole or not at all.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_FILE_H
#define CERTCYCLE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "buf.h"

/* Bytes beyond which a file is none that any tool here should read. */
#define FILE_LIMIT (16u << 20)

/* What messages call PATH: "-" is standard input. */
const char *file_name(const char *path);

/* Reads all of PATH, "-" being standard input, into OUT, which is empty before
 * and belongs to the caller; it stays empty on failure. EXIT_DATA: not there, empty, or over FILE_LIMIT;
 * EXIT_LOCAL: not readable. */
bool file_read(const char *path, struct buf *out);

/* The same of what FD, which came from NAME, still has; it may be empty. FD stays
 * open, and OUT belongs to the caller on failure, too. */
bool file_read_fd(int fd, const char *name, struct buf *out);

/* Writes LEN bytes to FD, which is NAME, and syncs it; FD stays open. EXIT_LOCAL:
 * not all of them, but some it may be. */
bool file_write_fd(int fd, const char *name, const void *data, size_t len);

/* Reads a secret: the first line of PATH without its line end. EXIT_DATA where
 * it is empty. Warns when PATH is a file that others can read. */
bool file_read_secret(const char *path, struct buf *out);

/* Warns when PATH, which holds a secret, is a file that others can read. */
void file_warn_secret(const char *path);

/* Makes PATH, which must not exist, with MODE and LEN bytes, synced to disk
 * with its directory. On any failure PATH does not exist. */
bool file_create(const char *path, mode_t mode, const void *data, size_t len);

/* Puts LEN bytes in the place of PATH, by a temporary file beside it, fsync,
 * rename and fsync of the directory. Owner, group and mode of a PATH that is
 * there stay; a new one gets MODE. On failure PATH is as it was. EXIT_LOCAL also
 * where it is there and no regular file. */
bool file_replace(const char *path, mode_t mode, const void *data, size_t len);

/* Could file_replace put something in the place of PATH? It is tried, short of
 * the rename. */
bool file_can_replace(const char *path);

/* Is PATH a symbolic link that leads nowhere? To open it fails as if there was
 * nothing of that name. */
bool file_is_lost(const char *path);

/* Syncs the directory that holds PATH. */
bool file_sync_dir(const char *path);

/* PATH with SUFFIX behind, for the caller to free; NULL: out of memory. */
char *file_suffixed(const char *path, const char *suffix);

/* Writes all to standard output and flushes it. EXIT_LOCAL on failure. */
bool file_print(const void *data, size_t len);

#endif

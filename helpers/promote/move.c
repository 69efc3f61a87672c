/* move.c: files that get another name, or another's place.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "digest.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "move.h"
#include "msg.h"

/* The owner first: with another's mode a file is for the right ones only. */
static bool
set_owner(int fd, const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fault_local(path);
	if (!S_ISREG(st.st_mode))
		return fault(EXIT_LOCAL, "%s: not a regular file", path);
	if ((st.st_uid != uid || st.st_gid != gid) && fchown(fd, uid, gid) != 0)
		return fault(EXIT_LOCAL,
		    "%s: cannot be given to user %lu and group %lu: %s", path,
		    (unsigned long)uid, (unsigned long)gid, strerror(errno));
	if (fchmod(fd, mode & 07777) != 0)
		return fault(EXIT_LOCAL, "%s: its mode cannot be set: %s", path,
		    strerror(errno));
	return true;
}

bool
move_adopt(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool ok;

	if (fd < 0 && errno == ELOOP)
		return fault(EXIT_LOCAL,
		    "%s: a symbolic link, and only a file can be renamed to be "
		    "the active one",
		    path);
	if (fd < 0)
		return fault_local(path);
	ok = set_owner(fd, path, uid, gid, mode) &&
	     (fsync(fd) == 0 || fault_local(path));
	close(fd);
	return ok;
}

static bool
copy(const char *from, const char *to)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	struct buf text = { 0 };
	struct stat st;
	bool ok;

	ok = (fd >= 0 && fstat(fd, &st) == 0) || fault_local(from);
	ok = ok && file_read_fd(fd, from, &text) &&
	     file_create(to, 0600, buf_text(&text), text.len) &&
	     (move_adopt(to, st.st_uid, st.st_gid, st.st_mode) ||
		 move_adopt(to, geteuid(), getegid(), st.st_mode & 0700));
	buf_free(&text);
	if (fd >= 0)
		close(fd);
	return ok;
}

static char *
part_of(const char *name)
{
	return file_suffixed(name, ".part");
}

void
move_forget(const char *name)
{
	char *part = part_of(name);
	char *twin = part != NULL ? part_of(part) : NULL;

	if (twin != NULL)
		unlink(twin);
	if (part != NULL)
		unlink(part);
	free(twin);
	free(part);
}

/* By way of another name: what has its own name is whole. */
static bool
copy_whole(const char *from, const char *to)
{
	char *part = part_of(to);
	bool ok;

	if (part == NULL)
		return fault_memory();
	move_forget(to); /* of a run that was cut off here */
	ok = copy(from, part) && move_rename(part, to);
	if (!ok)
		unlink(part);
	free(part);
	return ok;
}

bool
move_twin(const char *path, const char *name)
{
	if (link(path, name) != 0) {
		switch (errno) {
		case EPERM: /* none on this filesystem, or of such a file */
		case EXDEV: /* a mount point */
		case EOPNOTSUPP:
		case ENOSYS:
		case EMLINK:
			if (!copy_whole(path, name))
				return false;
			break;
		default:
			return fault_local(name);
		}
	}
	return file_sync_dir(name);
}

bool
move_rename(const char *from, const char *to)
{
	if (rename(from, to) == 0)
		return true;
	if (errno == EXDEV)
		return fault(EXIT_LOCAL,
		    "%s and %s are on two filesystems, and no rename is whole "
		    "between them: put the new one beside the active one",
		    from, to);
	return fault_local(to);
}

static bool
write_over(int fd, const struct buf *text)
{
	size_t at = 0;
	ssize_t put;

	while (at < text->len) {
		put = pwrite(fd, text->data + at, text->len - at, (off_t)at);
		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0)
			at += (size_t)put;
	}
	return ftruncate(fd, (off_t)text->len) == 0 && fsync(fd) == 0;
}

/* All of FROM into TO as it is, with owner and mode of FROM. */
static bool
overwrite(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	struct buf text = { 0 };
	struct stat st;
	bool ok = false;

	if (in < 0 || fstat(in, &st) != 0) {
		fault_local(from);
		goto out;
	}
	if (!file_read_fd(in, from, &text))
		goto out;
	ok = (out >= 0 || fault_local(to)) &&
	     set_owner(out, to, st.st_uid, st.st_gid, st.st_mode) &&
	     (write_over(out, &text) || fault_local(to));
	if (ok && !digest_same_files(from, to))
		ok = fault(EXIT_LOCAL,
		    "%s: holds something else than was written to it", to);
out:
	buf_free(&text);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return ok;
}

bool
move_over(const char *from, const char *to)
{
	msg_trace("%s: a mount point, and overwritten in place", to);
	return overwrite(from, to) && (unlink(from) == 0 || fault_local(from));
}

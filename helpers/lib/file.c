/* file.c: files read whole, and written whole or not at all.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "twin.h"

/* what most files here fit into at once */
enum { READ_SIZE = 4000 };

const char *
file_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

bool
file_read_fd(int fd, const char *name, struct buf *out)
{
	ssize_t got;

	do {
		if (!buf_room(out, READ_SIZE))
			return false;
		got = read(fd, out->data + out->len, READ_SIZE);
		if (got < 0 && errno != EINTR)
			return fault_errno(name);
		if (got > 0)
			out->len += (size_t)got;
		if (out->len > FILE_LIMIT)
			return fault(
			    EXIT_DATA, "%s: over %u bytes", name, FILE_LIMIT);
	} while (got != 0);
	out->data[out->len] = '\0';
	return true;
}

bool
file_read(const char *path, struct buf *out)
{
	bool std = strcmp(path, "-") == 0;
	const char *name = file_name(path);
	int fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return fault_errno(path);
	ok = file_read_fd(fd, name, out);
	if (ok && out->len == 0)
		ok = fault(EXIT_DATA, "%s: empty", name);
	if (!std)
		close(fd);
	if (!ok)
		buf_free(out);
	return ok;
}

void
file_warn_secret(const char *path)
{
	struct stat st;

	if (strcmp(path, "-") != 0 && stat(path, &st) == 0 &&
	    S_ISREG(st.st_mode) && (st.st_mode & S_IROTH) != 0)
		msg_warn("%s: a secret that every user can read", path);
}

bool
file_read_secret(const char *path, struct buf *out)
{
	size_t len;

	core_forbid();
	file_warn_secret(path);
	if (!file_read(path, out))
		return false;
	len = strcspn(buf_text(out), "\r\n");
	if (len == 0) {
		buf_free(out);
		return fault(EXIT_DATA, "%s: its first line is empty", path);
	}
	explicit_bzero(out->data + len, out->len - len);
	out->len = len;
	return true;
}

/* What passes a limit of file sizes (setrlimit) is an error like a full disk, and
 * not the end: what was begun is cleaned up. */
static void
expect_limit(void)
{
	signal(SIGXFSZ, SIG_IGN);
}

static bool
write_fd(int fd, const char *name, const void *data, size_t len)
{
	const char *at = data;
	ssize_t put;

	expect_limit();
	while (len > 0) {
		put = write(fd, at, len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return fault_errno(name);
		at += put;
		len -= (size_t)put;
	}
	return true;
}

bool
file_write_fd(int fd, const char *name, const void *data, size_t len)
{
	return write_fd(fd, name, data, len) &&
	       (fsync(fd) == 0 || fault_errno(name));
}

static bool
create_fault(const char *path)
{
	if (errno == EEXIST)
		return fault(EXIT_LOCAL,
		    "%s: is there already, and is never overwritten", path);
	return fault(EXIT_LOCAL, "%s: %s", path, strerror(errno));
}

/* Opens a file in the directory of PATH that has no name yet. -1: this
 * filesystem has no such files, or there is no /proc to name one by. */
static int
open_nameless(const char *path, mode_t mode)
{
	char *copy = strdup(path);
	int fd = -1;

	if (copy != NULL && access("/proc/self/fd", X_OK) == 0)
		fd =
		    open(dirname(copy), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
	free(copy);
	return fd;
}

/* PATH is free, or this fails. */
static bool
give_name(int fd, const char *path)
{
	char *self = NULL;
	bool ok;

	if (asprintf(&self, "/proc/self/fd/%d", fd) < 0)
		return fault_memory();
	ok = linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ||
	     create_fault(path);
	free(self);
	return ok;
}

bool
file_create(const char *path, mode_t mode, const void *data, size_t len)
{
	/* nobody finds half a file, even after a kill */
	int fd = open_nameless(path, mode);
	char *twin = NULL;
	bool ok = true;

	if (fd < 0 && (fd = twin_make(path, &twin)) < 0) {
		ok = create_fault(path);
		goto out;
	}
	/* an umask may have taken from the mode */
	ok = (fchmod(fd, mode) == 0 || create_fault(path)) &&
	     file_write_fd(fd, path, data, len);
	if (ok && twin == NULL)
		ok = give_name(fd, path);
	else if (ok)
		ok = twin_settle(twin, path) || create_fault(path);
	if (!ok && twin != NULL)
		unlink(twin);
	close(fd);
	if (ok && !file_sync_dir(path)) {
		unlink(path);
		ok = false;
	}
out:
	free(twin);
	return ok;
}

/* The temporary file that will take the place of PATH: owner and mode are set
 * before the first byte is written. TWIN receives its name, as twin_make says;
 * on failure there is none. */
static int
open_twin(const char *path, char **twin, mode_t mode)
{
	struct stat st;
	bool there = stat(path, &st) == 0;
	int fd;

	*twin = NULL;
	/* a rename would do away with a device: /dev/null, as root */
	if (there && !S_ISREG(st.st_mode)) {
		fault(EXIT_LOCAL, "%s: not a regular file: not replaced", path);
		return -1;
	}
	fd = twin_make(path, twin);
	if (fd < 0)
		return -1;
	if (there)
		mode = st.st_mode & 07777;
	if ((!there || (st.st_uid == geteuid() && st.st_gid == getegid()) ||
		fchown(fd, st.st_uid, st.st_gid) == 0) &&
	    fchmod(fd, mode) == 0)
		return fd;
	fault(EXIT_LOCAL, "%s: %s", *twin, strerror(errno));
	unlink(*twin);
	close(fd);
	return -1;
}

bool
file_replace(const char *path, mode_t mode, const void *data, size_t len)
{
	char *twin;
	int fd = open_twin(path, &twin, mode);
	bool ok = fd >= 0;

	/* the lock of the twin goes with its descriptor, so that is closed last */
	if (ok) {
		ok = file_write_fd(fd, twin, data, len) &&
		     (rename(twin, path) == 0 ||
			 fault(EXIT_LOCAL, "%s: %s", path, strerror(errno)));
		if (!ok)
			unlink(twin);
		close(fd);
	}
	free(twin);
	return ok && file_sync_dir(path);
}

bool
file_can_replace(const char *path)
{
	char *twin;
	int fd = open_twin(path, &twin, 0600);

	if (fd >= 0) {
		unlink(twin);
		close(fd);
	}
	free(twin);
	return fd >= 0;
}

bool
file_is_lost(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && stat(path, &st) != 0;
}

bool
file_sync_dir(const char *path)
{
	char *copy = strdup(path);
	bool ok = true;
	int fd;

	if (copy == NULL)
		return fault_memory();
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* some filesystems cannot sync a directory, and say EINVAL */
	if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL))
		ok = fault(
		    EXIT_LOCAL, "%s: its directory: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(copy);
	return ok;
}

char *
file_suffixed(const char *path, const char *suffix)
{
	char *joined = NULL;

	return asprintf(&joined, "%s%s", path, suffix) < 0 ? NULL : joined;
}

/* Not by stdio, whose buffer would keep a token or a key. */
bool
file_print(const void *data, size_t len)
{
	return write_fd(STDOUT_FILENO, "standard output", data, len);
}

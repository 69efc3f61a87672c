/* twin.c: the file that a new content is written to before it gets its name.
 *
 * Who writes one has it locked until it is closed; one that nobody has locked was
 * left by a process that was cut off.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "twin.h"

/* Does NAME still name what FD is? */
static bool
is_current(int fd, const char *name)
{
	struct stat ours;
	struct stat named;

	return fstat(fd, &ours) == 0 && lstat(name, &named) == 0 &&
	       ours.st_dev == named.st_dev && ours.st_ino == named.st_ino &&
	       S_ISREG(ours.st_mode);
}

static void
remove_left(const char *name)
{
	int fd = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_current(fd, name))
		unlink(name);
	close(fd);
}

/* Makes NAME and locks it. -1 and EEXIST: somebody else has it, or takes it for
 * left, as it was not locked yet. */
static int
make_locked(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	/* some filesystems have no locks; the name was free all the same */
	if ((flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
	    is_current(fd, name))
		return fd;
	close(fd);
	errno = EEXIST;
	return -1;
}

int
twin_make(const char *path, char **name)
{
	int fd = -1;

	*name = file_suffixed(path, ".part");
	if (*name != NULL) {
		remove_left(*name);
		fd = make_locked(*name);
		if (fd < 0 && errno == EEXIST) {
			free(*name);
			*name = file_suffixed(path, ".XXXXXX");
			if (*name != NULL)
				fd = mkostemp(*name, O_CLOEXEC);
		}
	}
	if (*name == NULL)
		fault_memory();
	else if (fd < 0)
		fault(EXIT_LOCAL, "%s: %s", *name, strerror(errno));
	return fd;
}

bool
twin_settle(const char *name, const char *path)
{
	struct stat st;

	if (renameat2(AT_FDCWD, name, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return true;
	/* not every filesystem knows that; a link does not replace either */
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (link(name, path) == 0) {
		unlink(name);
		return true;
	}
	if (errno != EEXIST && lstat(path, &st) == 0)
		errno = EEXIST;
	return errno != EEXIST && rename(name, path) == 0;
}

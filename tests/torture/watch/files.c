/* files.c: what is written to files, while they are there: by fanotify, whose
 * events hold the file even where its name is gone.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "found.h"
#include "secret.h"
#include "tree.h"

enum { BUCKETS = 1 << 14, OTHERS = 077, OVERLAP = 8192 };

/* A file that is known. */
struct file {
	struct file *next;
	dev_t dev;
	ino_t ino;
	bool log; /* the standard error of one of ours */
	bool given; /* a test opened it for one of ours */
	off_t seen; /* as far as it was looked at */
};

static struct {
	int fd;
	size_t count;
	struct file *buckets[BUCKETS];
} files = { .fd = -1 };

static struct file *
known(const struct stat *st)
{
	struct file **bucket = &files.buckets[st->st_ino % BUCKETS];
	struct file *file;

	for (file = *bucket; file != NULL; file = file->next)
		if (file->ino == st->st_ino && file->dev == st->st_dev)
			return file;
	file = malloc(sizeof *file);
	if (file == NULL)
		abort();
	*file = (struct file){
		.next = *bucket, .dev = st->st_dev, .ino = st->st_ino
	};
	*bucket = file;
	files.count++;
	return file;
}

/* Everything that is mounted now; what cannot be marked holds no files. */
static void
mark_mounts(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *mount;

	while (mounts != NULL && (mount = getmntent(mounts)) != NULL)
		if (strcmp(mount->mnt_type, "proc") != 0 &&
		    strcmp(mount->mnt_type, "sysfs") != 0)
			fanotify_mark(files.fd, FAN_MARK_ADD | FAN_MARK_MOUNT,
			    FAN_MODIFY | FAN_CLOSE_WRITE, AT_FDCWD,
			    mount->mnt_dir);
	if (mounts != NULL)
		endmntent(mounts);
}

bool
files_start(const char *dir, int *fd)
{
	files.fd = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK |
				     FAN_UNLIMITED_QUEUE | FAN_UNLIMITED_MARKS,
	    O_RDONLY | O_CLOEXEC | O_NOATIME | O_LARGEFILE);
	*fd = files.fd;
	if (files.fd < 0 ||
	    fanotify_mark(files.fd, FAN_MARK_ADD | FAN_MARK_FILESYSTEM,
		FAN_MODIFY | FAN_CLOSE_WRITE, AT_FDCWD, dir) != 0)
		return false;
	mark_mounts();
	return true;
}

static const char *
name_of(int fd, char *path, size_t size)
{
	char ours[40];
	ssize_t len;

	snprintf(ours, sizeof ours, "/proc/self/fd/%d", fd);
	len = readlink(ours, path, size - 1);
	path[len > 0 ? len : 0] = '\0';
	return path;
}

/* The kind of secret that FD holds, from FROM on. */
static const char *
content(int fd, off_t from, off_t size)
{
	off_t page = from - from % sysconf(_SC_PAGESIZE);
	size_t len = (size_t)(size - page);
	const char *kind;
	void *data;

	if (size <= page)
		return NULL;
	data = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, page);
	if (data == MAP_FAILED)
		return NULL;
	kind = secret_in(data, len);
	munmap(data, len);
	return kind;
}

/* Keys that nobody else can read are not to be seen elsewhere. */
static void
learn(int fd, off_t size)
{
	char text[16384];
	ssize_t len =
	    size > (off_t)sizeof text ? 0 : pread(fd, text, sizeof text, 0);

	if (len > 0)
		secret_learn_keys(text, (size_t)len);
}

/* Is this the image of a process that crashed? */
static bool
is_core(int fd)
{
	unsigned char head[18];

	return pread(fd, head, sizeof head, 0) == (ssize_t)sizeof head &&
	       memcmp(head, "\177ELF", 4) == 0 && head[16] == 4;
}

/* May WHO leave a secret in a file of MODE? cert-promote gives a key the mode
 * of the one that it replaces, which may be for a group: its page says so. */
static bool
is_allowed(const struct branch *who, mode_t mode)
{
	return (mode & OTHERS) == 0 ||
	       ((mode & OTHERS) == S_IRGRP &&
		   strcmp(who->name, "cert-promote") == 0);
}

/* WHO wrote FD, whose mode counts as MODE; ANEW: it may be new from its
 * begin. */
static void
look(const struct branch *who, int fd, mode_t mode, bool anew)
{
	char path[PATH_MAX], where[PATH_MAX + 64];
	struct file *file;
	const char *what;
	struct stat st;
	off_t from;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return;
	file = known(&st);
	if (!who->ours)
		return;
	if (mode == 0)
		mode = st.st_mode;
	if (anew)
		learn(fd, st.st_size);
	from = anew || st.st_size < file->seen || file->seen < OVERLAP
		   ? 0
		   : file->seen - OVERLAP;
	if (!file->log && !is_core(fd) &&
	    (is_allowed(who, mode) || file->given))
		return;
	what = content(fd, from, st.st_size);
	file->seen = st.st_size;
	if (what == NULL)
		return;
	snprintf(where, sizeof where, "%s of mode %o: %s",
	    file->log ? "a log" : "a file", (unsigned)mode & 07777,
	    name_of(fd, path, sizeof path));
	found_add(who, what, where);
}

bool
files_update(void)
{
	_Alignas(struct fanotify_event_metadata) char bytes[65536];
	bool whole = true;

	for (;;) {
		const struct fanotify_event_metadata *event = (void *)bytes;
		ssize_t left = read(files.fd, bytes, sizeof bytes);

		if (left < 0 && errno == EINTR)
			continue;
		if (left <= 0)
			return whole && (left == 0 || errno == EAGAIN);
		for (; FAN_EVENT_OK(event, left);
		     event = FAN_EVENT_NEXT(event, left)) {
			if ((event->mask & FAN_Q_OVERFLOW) != 0)
				whole = false;
			if (event->fd < 0)
				continue;
			look(tree_at(event->pid), event->fd, 0,
			    (event->mask & FAN_CLOSE_WRITE) != 0);
			close(event->fd);
		}
	}
}

/* The descriptor N of PID, as its status; false: it is no file. */
static bool
stat_of(pid_t pid, int n, struct stat *st)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, n);
	return stat(path, st) == 0 && S_ISREG(st->st_mode);
}

void
files_inherited(pid_t pid, bool given)
{
	struct stat out, err;
	bool printed = stat_of(pid, STDOUT_FILENO, &out);

	if (given && printed)
		known(&out)->given = true;
	/* where both are in one, an answer may be in it */
	if (stat_of(pid, STDERR_FILENO, &err) && !known(&err)->given)
		known(&err)->log = !printed || out.st_ino != err.st_ino ||
				   out.st_dev != err.st_dev;
}

void
files_mode(pid_t pid, int at, const char *path, mode_t mode)
{
	char full[PATH_MAX];
	int fd;

	if ((mode & OTHERS) == 0)
		return;
	if (path == NULL)
		snprintf(full, sizeof full, "/proc/%d/fd/%d", pid, at);
	else if (*path == '/')
		snprintf(full, sizeof full, "/proc/%d/root%s", pid, path);
	else if (at == AT_FDCWD)
		snprintf(full, sizeof full, "/proc/%d/cwd/%s", pid, path);
	else
		snprintf(full, sizeof full, "/proc/%d/fd/%d/%s", pid, at, path);
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOATIME);
	if (fd < 0)
		return;
	look(tree_at(pid), fd, mode, true);
	close(fd);
}

size_t
files_count(void)
{
	return files.count;
}

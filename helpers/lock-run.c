/* lock-run: take a lock, then become another program.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "file.h"
#include "msg.h"

static const struct cli_option options[] = {
	{ 'w', "wait", "SPAN", "how long to wait for it: not at all" },
	{ 0 },
};

/* Two tries are this far apart, in nanoseconds. To ask again is simpler than to
 * be woken: it needs no signal, so the command gets the mask, the handlers and
 * the alarm that it would have had without us. */
enum { PAUSE = 50 * 1000 * 1000 };

/* The descriptor stays open in the command, and the lock with it: it must be
 * none that a shell uses for itself or for what a script redirects. */
enum { DESCRIPTOR = 100, DESCRIPTOR_LEAST = 10 };

/* A record lock (fcntl) survives exec, ends with the process however that
 * ends, and no child has it: a daemon that a hook leaves behind cannot keep
 * it, nor can a file that was left over. */
static struct flock
whole_file(void)
{
	return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
}

static int64_t
uptime_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* FILE, which is made where it is not there. One that root makes is for whom its
 * directory belongs to, who could not open it the next time; one that was there
 * may have been put there for that, and is not given away. */
static int
open_or_make(const char *file)
{
	const char *slash = strrchr(file, '/');
	int length = slash != NULL ? (int)(slash + 1 - file) : 0;
	int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	struct buf dir = { 0 };
	struct stat st;
	int fd = open(file, flags | O_EXCL, 0600);

	if (fd < 0 && errno == EEXIST)
		return open(file, flags, 0600);
	if (fd >= 0 && geteuid() == 0 &&
	    buf_print(&dir, "%.*s.", length, file) &&
	    stat(buf_text(&dir), &st) == 0 && st.st_uid != 0 &&
	    fchown(fd, st.st_uid, st.st_gid) != 0)
		msg_trace("%s: stays root's: %s", file, strerror(errno));
	buf_free(&dir);
	return fd;
}

static int
open_or_die(const char *file)
{
	struct stat st;
	int low = open_or_make(file);
	int fd;

	if (low < 0 && errno == ELOOP)
		msg_die(EXIT_LOCAL, "%s: a symbolic link", file);
	if (low < 0 || fstat(low, &st) != 0)
		msg_die(EXIT_LOCAL, "%s: %s", file, strerror(errno));
	if (!S_ISREG(st.st_mode))
		msg_die(EXIT_LOCAL, "%s: not a regular file", file);
	fd = fcntl(low, F_DUPFD, DESCRIPTOR);
	if (fd < 0) /* so few may be open here */
		fd = fcntl(low, F_DUPFD, DESCRIPTOR_LEAST);
	if (fd < 0)
		msg_die(EXIT_LOCAL, "%s: %s", file, strerror(errno));
	close(low);
	return fd;
}

/* Is FD still what FILE names? Who locks a file that was removed is alone with
 * it, and others are with the next one. */
static bool
is_current(int fd, const char *file)
{
	struct stat ours;
	struct stat named;

	return fstat(fd, &ours) == 0 && stat(file, &named) == 0 &&
	       ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

/* Who has it, as far as can be told: "process 4711 (certcycle-renew)". */
static void
name_holder(int fd, struct buf *out)
{
	struct flock lock = whole_file();
	struct buf path = { 0 };
	struct buf name = { 0 };

	/* it may be in another process namespace, or on another machine */
	if (fcntl(fd, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK ||
	    lock.l_pid <= 0) {
		buf_print(out, "another process");
		return;
	}
	buf_print(out, "process %ld", (long)lock.l_pid);
	if (buf_print(&path, "/proc/%ld/comm", (long)lock.l_pid) &&
	    file_read(buf_text(&path), &name))
		buf_print(out, " (%.*s)", (int)strcspn(buf_text(&name), "\n"),
		    buf_text(&name));
	buf_free(&path);
	buf_free(&name);
}

/* One try. HOLDER receives who has it, where it is not to be had. */
static bool
try_or_die(const char *file, struct buf *holder)
{
	struct flock lock = whole_file();
	int fd = open_or_die(file);

	if (fcntl(fd, F_SETLK, &lock) == 0) {
		if (is_current(fd, file))
			return true;
		buf_print(holder, "another process");
	} else if (errno == EACCES || errno == EAGAIN) {
		name_holder(fd, holder);
	} else {
		msg_die(EXIT_LOCAL, "%s: %s", file, strerror(errno));
	}
	close(fd);
	return false;
}

static void
lock_or_die(const char *file, int64_t seconds)
{
	int64_t start = uptime_ms();
	bool told = false;
	struct buf holder = { 0 };

	while (!try_or_die(file, &holder)) {
		/* by division, so that no SPAN is too long to be counted */
		if ((uptime_ms() - start) / 1000 >= seconds)
			msg_die(EXIT_BUSY, "%s: held by %s", file,
			    buf_text(&holder));
		if (!told)
			msg_trace(
			    "%s: held by %s: waiting", file, buf_text(&holder));
		told = true;
		buf_free(&holder);
		nanosleep(&(struct timespec){ .tv_nsec = PAUSE }, NULL);
	}
	msg_trace("%s: locked", file);
	buf_free(&holder);
}

int
main(int argc, char **argv)
{
	const char *file;
	int64_t seconds = 0;
	int opt;

	cli_start("lock-run", "FILE COMMAND [ARGUMENT]...",
	    "Run a command while holding a lock on FILE.", options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		if (opt == 'w')
			seconds = cli_span_or_die();
	file = cli_operand(argc, argv);
	/* the rest of argv is the command, with its own options */
	argv += argc - cli_left(argc);
	if (argv[0] == NULL)
		cli_usage("a command is missing");
	lock_or_die(file, seconds);
	execvp(argv[0], argv);
	msg_die(EXIT_LOCAL, "%s: %s", argv[0], strerror(errno));
}

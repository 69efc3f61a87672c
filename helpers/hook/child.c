/* child.c: a program run to its end, or to the end of its time.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"

/* what a group gets between SIGTERM and SIGKILL, and how often it is asked
 * whether it is gone, in milliseconds */
enum { GRACE = 2000, PAUSE = 50 };

/* how often it is looked at what a program has printed, in milliseconds */
enum { LOOK = 100 };

/* How long the files are that a program prints to, our standard output and
 * standard error; -1: no file, and whoever reads sets the limit. */
struct prints {
	off_t out;
	off_t err;
};

/* SIGCHLD, and the signals that end a program, but for those that our caller
 * ignores, as nohup does, or a shell for what runs in the background. */
static sigset_t
taken(void)
{
	static const int fatal[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGALRM,
		SIGUSR1, SIGUSR2 };
	struct sigaction is;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
		if (sigaction(fatal[i], NULL, &is) == 0 &&
		    is.sa_handler != SIG_IGN)
			sigaddset(&set, fatal[i]);
	return set;
}

bool
child_start(void)
{
	sigset_t set = taken();

	/* where it was ignored, no child could be waited for */
	signal(SIGCHLD, SIG_DFL);
	/* what a child's end means is not lost because nobody reads it */
	signal(SIGPIPE, SIG_IGN);
	/* whose parent is gone is ours to bury, while we are here: the first
	 * process of a container may do so late or never, and a group with a
	 * dead one in it looks as if it was alive */
#ifdef PR_SET_CHILD_SUBREAPER
	prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
	if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
		return true;
	return fault(EXIT_LOCAL, "signals: %s", strerror(errno));
}

/* A lock, a pipe to a parent: nothing of that is a hook's. */
static void
close_rest(void)
{
	DIR *stream;
	struct dirent *entry;

#ifdef SYS_close_range
	if (syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) == 0)
		return;
#endif
	stream = opendir("/proc/self/fd");
	if (stream == NULL)
		return;
	while ((entry = readdir(stream)) != NULL) {
		int fd = atoi(entry->d_name);

		if (fd > STDERR_FILENO && fd != dirfd(stream))
			close(fd);
	}
	closedir(stream);
}

/* Standard input is null, standard output joins standard error, which is null
 * where we have none. */
static bool
set_streams(void)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0)
		return false;
	if (fcntl(STDERR_FILENO, F_GETFD) < 0 && dup2(null, STDERR_FILENO) < 0)
		return false;
	return dup2(null, STDIN_FILENO) >= 0 &&
	       dup2(STDERR_FILENO, STDOUT_FILENO) >= 0;
}

/* A session of its own is a process group of its own, and has no terminal: a
 * program that asks there for a password fails at once, and does not stand
 * still until its time is over. */
static _Noreturn void
become(
    const char *path, char *const *argv, char *const *environment, bool piped)
{
	sigset_t none;

	setsid();
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (piped || set_streams()) {
		close_rest();
		execve(path, argv, environment);
	}
	msg_warn("%s: %s", path, strerror(errno));
	_exit(EXIT_HOOK);
}

/* Milliseconds on a clock that nobody sets. */
static int64_t
uptime(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The next signal before UNTIL, 0 where none came. */
static int
next_signal(int64_t until)
{
	sigset_t set = taken();
	struct timespec left;
	int number;

	do {
		int64_t now = uptime();
		int64_t more = until > now ? until - now : 0;

		left = (struct timespec){ .tv_sec = (time_t)(more / 1000),
			.tv_nsec = (long)(more % 1000) * 1000000 };
		number = sigtimedwait(&set, NULL, &left);
	} while (number < 0 && errno == EINTR);
	return number < 0 ? 0 : number;
}

/* Buries whoever has ended. Was PID one of them? Then STATUS is its, as waitpid has
 * it. */
static bool
ended(pid_t pid, int *status)
{
	bool it_was = false;
	int each = 0;
	pid_t one;

	while ((one = waitpid(-1, &each, WNOHANG)) > 0)
		if (one == pid) {
			it_was = true;
			*status = each;
		}
	return it_was;
}

/* To the whole group of PID; to PID alone where that has not begun one. */
static void
signal_group(pid_t pid, int number)
{
	if (kill(-pid, number) != 0)
		kill(pid, number);
}

/* Waits until no process of the group of PID is left, or its time is over; PID
 * alone counts where ALONE. The first signal meanwhile that ends us goes to
 * ENDS_US. */
static bool
is_gone(pid_t pid, bool alone, bool *buried, int *ends_us)
{
	int64_t until = uptime() + GRACE;
	int status;

	for (;;) {
		int number;

		if (ended(pid, &status))
			*buried = true;
		if (*buried && (alone || kill(-pid, 0) != 0))
			return true;
		if (uptime() >= until)
			return false;
		number = next_signal(uptime() + PAUSE);
		if (number != SIGCHLD && *ends_us == 0)
			*ends_us = number;
	}
}

/* Ends the whole group of PID, kindly first: each of it has the time to clean
 * up, one that stands still too. One that the kernel does not let go is not
 * waited for. Returns the signal that came meanwhile and ends us, or 0. */
static int
end_group(pid_t pid)
{
	bool buried = false;
	int ends_us = 0;

	signal_group(pid, SIGTERM);
	signal_group(pid, SIGCONT);
	if (is_gone(pid, false, &buried, &ends_us))
		return ends_us;
	if (buried)
		kill(-pid, SIGKILL);
	else
		signal_group(pid, SIGKILL);
	is_gone(pid, true, &buried, &ends_us);
	return ends_us;
}

/* What ended us is passed on to ourselves, once the group is gone. */
static _Noreturn void
end_by(int number)
{
	sigset_t set = taken();

	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
	_exit(128 + number);
}

/* Ends us, where a signal that does so came between two children. */
static void
end_if_told(void)
{
	int number;

	while ((number = next_signal(0)) != 0)
		if (number != SIGCHLD)
			end_by(number);
}

static off_t
size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : -1;
}

static struct prints
look(void)
{
	return (struct prints){ size_of(STDOUT_FILENO),
		size_of(STDERR_FILENO) };
}

/* Is it more than anything that is read here may have? */
static bool
is_flood(const struct prints *before)
{
	struct prints now = look();

	return (before->out >= 0 && now.out - before->out > FILE_LIMIT) ||
	       (before->err >= 0 && now.err - before->err > FILE_LIMIT);
}

/* Waits for PID until then; false where its time was over, or it has printed too
 * much: it is gone then. */
static bool
wait_until(
    pid_t pid, int64_t until, const struct prints *before, int *status)
{
	bool looks = before->out >= 0 || before->err >= 0;

	while (!ended(pid, status)) {
		int64_t next = looks ? uptime() + LOOK : until;
		int number = next_signal(next < until ? next : until);
		int later;

		if (number == SIGCHLD)
			continue;
		if (number == 0 && ended(pid, status))
			return true;
		if (number == 0 && uptime() < until && !is_flood(before))
			continue;
		later = end_group(pid);
		if (number != 0 || later != 0)
			end_by(number != 0 ? number : later);
		return false;
	}
	return true;
}

bool
child_run(const char *path, char *const *argv, char *const *environment,
    bool piped, int64_t seconds, int *code)
{
	int64_t until = seconds > 0 ? uptime() + seconds * 1000 : INT64_MAX;
	struct prints before = look();
	int status = 0;
	bool done;
	pid_t pid;

	end_if_told();
	pid = fork();
	if (pid < 0)
		return fault(EXIT_LOCAL, "%s: %s", path, strerror(errno));
	if (pid == 0)
		become(path, argv, environment, piped);
	done = wait_until(pid, until, &before, &status);
	if (is_flood(&before))
		return fault(EXIT_HOOK, "%s: printed over %u bytes", path,
		    FILE_LIMIT);
	if (!done)
		return fault(EXIT_HOOK, "%s: not done within %lld s", path,
		    (long long)seconds);
	if (WIFSIGNALED(status))
		return fault(EXIT_HOOK, "%s: ended by signal %d (%s)", path,
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	*code = WEXITSTATUS(status);
	return true;
}

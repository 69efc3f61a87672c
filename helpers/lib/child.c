/* child.c: a program run to its end, or to the end of its time.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "exit.h"
#include "fault.h"
#include "msg.h"

/* what a group gets between SIGTERM and SIGKILL, in seconds */
enum { GRACE = 2 };

static sigset_t
waited_for(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	return set;
}

bool
child_start(void)
{
	sigset_t set = waited_for();

	/* where it was ignored, no child could be waited for */
	signal(SIGCHLD, SIG_DFL);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
		return true;
	return fault(EXIT_LOCAL, "signals: %s", strerror(errno));
}

/* A lock, a pipe to a parent: nothing of that is a hook's. */
static void
close_rest(void)
{
	DIR *stream = opendir("/proc/self/fd");
	struct dirent *entry;

	if (stream == NULL)
		return;
	while ((entry = readdir(stream)) != NULL) {
		int fd = atoi(entry->d_name);

		if (fd > STDERR_FILENO && fd != dirfd(stream))
			close(fd);
	}
	closedir(stream);
}

static _Noreturn void
become(
    const char *path, char *const *argv, char *const *environment, bool piped)
{
	sigset_t set = waited_for();
	int null;

	setpgid(0, 0);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	null = open("/dev/null", O_RDONLY);
	if (!piped && (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
			  dup2(STDERR_FILENO, STDOUT_FILENO) < 0))
		_exit(EXIT_LOCAL);
	close_rest();
	execve(path, argv, environment);
	msg_warn("%s: %s", path, strerror(errno));
	_exit(EXIT_HOOK);
}

/* Seconds on a clock that nobody sets. */
static int64_t
uptime(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* The next signal before UNTIL, 0 where none came. */
static int
next_signal(int64_t until)
{
	sigset_t set = waited_for();
	struct timespec left;
	int signal;

	do {
		int64_t now = uptime();

		left = (struct timespec){ .tv_sec =
					      until > now ? until - now : 0 };
		signal = sigtimedwait(&set, NULL, &left);
	} while (signal < 0 && errno == EINTR);
	return signal < 0 ? 0 : signal;
}

/* Has PID ended? STATUS is as waitpid has it. */
static bool
ended(pid_t pid, int *status)
{
	return waitpid(pid, status, WNOHANG) == pid;
}

/* Ends the whole group of PID, kindly first. */
static void
end_group(pid_t pid)
{
	int64_t until = uptime() + GRACE;
	int status;

	kill(-pid, SIGTERM);
	while (uptime() < until && !ended(pid, &status))
		next_signal(until);
	kill(-pid, SIGKILL);
	waitpid(pid, &status, 0);
}

/* What ended us is passed on to ourselves, once the group is gone. */
static _Noreturn void
end_by(int signal)
{
	sigset_t set = waited_for();

	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(signal);
	_exit(128 + signal);
}

bool
child_run(const char *path, char *const *argv, char *const *environment,
    bool piped, int64_t seconds, int *code)
{
	int64_t until = seconds > 0 ? uptime() + seconds : INT32_MAX;
	int status = 0;
	pid_t pid = fork();

	if (pid < 0)
		return fault(EXIT_LOCAL, "%s: %s", path, strerror(errno));
	if (pid == 0)
		become(path, argv, environment, piped);
	/* in both processes, so that neither depends on the other's pace */
	setpgid(pid, pid);
	while (!ended(pid, &status)) {
		int signal = next_signal(until);

		if (signal == SIGCHLD)
			continue;
		if (signal == 0 && ended(pid, &status))
			break;
		end_group(pid);
		if (signal != 0)
			end_by(signal);
		return fault(EXIT_HOOK, "%s: not done within %lld s", path,
		    (long long)seconds);
	}
	if (WIFSIGNALED(status))
		return fault(EXIT_HOOK, "%s: ended by signal %d (%s)", path,
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	*code = WEXITSTATUS(status);
	return true;
}

/* cut-off: a command that gets a signal on its way, and what it leaves behind.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: cut-off [-g] SIGNAL MILLISECONDS COMMAND [ARGUMENT]...
 *
 * COMMAND is started in a session of its own, with every signal as the system
 * gives it (a shell has its background ignore SIGINT), and its standard output
 * is standard error. After MILLISECONDS it gets SIGNAL, a number; with -g its
 * whole process group does, as by a terminal or a service manager. Prints its
 * exit code as a shell counts, and how many processes that it started, at any
 * remove, are there a while after its end; these are named on standard error,
 * and killed. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* how long who was left behind has to go, in milliseconds: twice what hook-run
 * gives a group, and some for a machine that is busy */
enum { GRACE = 10000, PAUSE = 2 };

static long
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void
rest(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = PAUSE * 1000000L }, NULL);
}

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "cut-off: %s: %s\n", what, strerror(errno));
	_exit(99);
}

static _Noreturn void
become(char **argv)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	dup2(STDERR_FILENO, STDOUT_FILENO);
	execvp(argv[0], argv);
	fail(argv[0]);
}

/* Waits for PID, which gets NUMBER at UNTIL, or its group. Whoever lost a parent
 * is our child, and buried on the way. Returns its status. */
static int
wait_and_cut(pid_t pid, bool group, int number, long until)
{
	bool sent = false;
	int status;

	for (;;) {
		pid_t ended = waitpid(-1, &status, WNOHANG);

		if (ended == pid)
			return status;
		if (ended < 0)
			fail("wait");
		if (!sent && now() >= until)
			sent = kill(group ? -pid : pid, number) == 0;
		if (ended == 0)
			rest();
	}
}

/* Is nobody of them left within a while? */
static bool
all_gone(void)
{
	long until = now() + GRACE;

	while (now() < until) {
		pid_t ended = waitpid(-1, NULL, WNOHANG);

		if (ended < 0)
			return errno == ECHILD;
		if (ended == 0)
			rest();
	}
	return false;
}

static void
name(long pid)
{
	char path[64];
	char line[256];
	size_t len;
	FILE *stream;

	snprintf(path, sizeof path, "/proc/%ld/cmdline", pid);
	stream = fopen(path, "r");
	len = stream != NULL ? fread(line, 1, sizeof line, stream) : 0;
	for (size_t i = 0; i < len; i++)
		if (line[i] == '\0')
			line[i] = ' ';
	fprintf(
	    stderr, "cut-off: left behind: %ld: %.*s\n", pid, (int)len, line);
	if (stream != NULL)
		fclose(stream);
}

/* Kills all that are left, and those that become ours by that. */
static int
bury_rest(void)
{
	char path[64];
	int count = 0;
	long pid;

	snprintf(
	    path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
	for (;;) {
		FILE *stream = fopen(path, "r");

		if (stream == NULL)
			fail(path);
		if (fscanf(stream, "%ld", &pid) != 1)
			pid = 0;
		fclose(stream);
		if (pid == 0)
			return count;
		name(pid);
		kill((pid_t)pid, SIGKILL);
		waitpid((pid_t)pid, NULL, 0);
		count++;
	}
}

int
main(int argc, char **argv)
{
	bool group = argc > 1 && strcmp(argv[1], "-g") == 0;
	long until;
	int left = 0;
	int number;
	int status;
	pid_t pid;

	argv += group ? 2 : 1;
	if (argc < (group ? 5 : 4)) {
		fprintf(stderr, "usage: cut-off [-g] SIGNAL MILLISECONDS "
				"COMMAND [ARGUMENT]...\n");
		return 64;
	}
	number = atoi(argv[0]);
	until = now() + atol(argv[1]);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		fail("subreaper");
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0)
		become(argv + 2);
	status = wait_and_cut(pid, group, number, until);
	if (!all_gone())
		left = bury_rest();
	printf("%d %d\n",
	    WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
	    left);
	return 0;
}

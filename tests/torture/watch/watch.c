/* watch: no secret shows while a command runs, and all that descends from it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: watch [-o FILE] COMMAND [ARGUMENT]...
 *
 * Looks at each program that is run, its arguments and its environment, while
 * it is held before it begins; and at each file that is written, while it is
 * there. A secret is a private key, a token, a header that logs in, and what
 * the files hold that options of certcycle name (--password-file and the like).
 * It must not stand in arguments, environments, logs, and files with any bit
 * for group or others, of programs of certcycle and of what descends from them.
 * What a test itself shows to a program, or takes from its standard output, is
 * the test's.
 *
 * TMPDIR is a file system of its own, in memory. The last line, on standard
 * error or in FILE: what was seen. Ends with 0; 1: findings, a line for each;
 * 2: the command failed; 3: it could not watch, or something was lost. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exec.h"
#include "files.h"
#include "found.h"
#include "hold.h"
#include "secret.h"
#include "tree.h"

enum { TICK = 50, LINGER = 2000 }; /* milliseconds */

static char place[] = "/tmp/watch.XXXXXX";

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "watch: %s: %s\n", what, strerror(errno));
	exit(3);
}

static void
leave(void)
{
	umount2(place, MNT_DETACH);
	rmdir(place);
}

/* A file system of its own for what the command writes, which nobody else sees,
 * and which is gone with the last who does. */
static void
make_place(void)
{
	if (mkdtemp(place) == NULL)
		die(place);
	atexit(leave);
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		die("a mount namespace");
	if (mount("watch", place, "tmpfs", 0, "mode=1777") != 0)
		die(place);
	setenv("TMPDIR", place, 1);
}

/* Until the command has ended, and what it left behind, which gets a little
 * time; false: something was lost. */
static bool
watch(struct pollfd *on, nfds_t count, pid_t pid, int *status)
{
	bool running = true;
	bool whole = true;
	int left = LINGER;

	while (left > 0 && (on[0].revents & POLLHUP) == 0) {
		if (running)
			running = waitpid(pid, status, WNOHANG) == 0;
		else
			left -= TICK;
		if (poll(on, count, TICK) <= 0)
			continue;
		if (on[1].revents != 0 || on[2].revents != 0)
			whole &= tree_update() && files_update();
		if ((on[0].revents & POLLIN) != 0)
			whole &= hold_answer(on[0].fd);
	}
	/* it may be the last that had the filter, and not be waited for yet */
	if (running)
		waitpid(pid, status, 0);
	return whole & (tree_update() && files_update());
}

int
main(int argc, char **argv)
{
	struct pollfd on[3] = { { .events = POLLIN }, { .events = POLLIN },
		{ .events = POLLIN } };
	FILE *report = stderr;
	size_t findings;
	int status = 0;
	bool whole;
	pid_t pid;

	if (argc > 2 && strcmp(argv[1], "-o") == 0) {
		report = fopen(argv[2], "we");
		if (report == NULL)
			die(argv[2]);
		argv += 2;
		argc -= 2;
	}
	if (argc < 2) {
		fputs("usage: watch [-o FILE] COMMAND [ARGUMENT]...\n", stderr);
		return 3;
	}
	make_place();
	if (!tree_start(&on[1].fd))
		die("process events");
	if (!files_start(place, &on[2].fd))
		die("file events");
	if (!hold_start(argv + 1, &pid, &on[0].fd))
		die(argv[1]);
	whole = watch(on, 3, pid, &status);
	findings = found_report(report);
	fprintf(report,
	    "watched: %zu programs (%zu ours), %zu files, %zu secrets known, "
	    "%zu findings%s\n",
	    exec_count(false), exec_count(true), files_count(), secret_count(),
	    findings, whole ? "" : "; events were lost");
	if (!whole)
		return 3;
	return findings > 0 ? 1 : status != 0 ? 2 : 0;
}

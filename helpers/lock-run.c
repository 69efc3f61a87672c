/* lock-run: take a lock, then become another program.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "cli.h"
#include "exit.h"
#include "msg.h"

static const struct cli_option options[] = {
	{ 'w', "wait", "SPAN", "how long to wait for it: not at all" },
	{ 0 },
};

/* A record lock (fcntl) survives exec, ends with the process however that
 * ends, and no child has it: a daemon that a hook leaves behind cannot keep
 * it, nor can a file that was left over. */
static struct flock
whole_file(void)
{
	return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
}

static void
interrupt(int signal)
{
	(void)signal; /* fcntl returns EINTR: that is all */
}

/* Sets an alarm that comes back each 100 ms after SECONDS: one that fired
 * just before fcntl began would be lost. */
static void
set_alarm_or_die(int64_t seconds)
{
	struct sigaction action = { .sa_handler = interrupt };
	struct itimerval timer = { .it_value = { .tv_sec = (time_t)seconds },
		.it_interval = { .tv_usec = 100000 } };

	if (sigaction(SIGALRM, &action, NULL) != 0 ||
	    setitimer(ITIMER_REAL, &timer, NULL) != 0)
		msg_die(EXIT_LOCAL, "timer: %s", strerror(errno));
}

static void
busy(int fd, const char *file)
{
	struct flock lock = whole_file();

	if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
		msg_die(EXIT_BUSY, "%s: held by process %ld", file,
		    (long)lock.l_pid);
	msg_die(EXIT_BUSY, "%s: held by another process", file);
}

static void
lock_or_die(const char *file, int64_t seconds)
{
	struct itimerval off = { 0 };
	struct flock lock = whole_file();
	int fd = open(file, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);

	if (fd < 0)
		msg_die(EXIT_LOCAL, "%s: %s", file, strerror(errno));
	if (seconds > 0)
		set_alarm_or_die(seconds);
	if (fcntl(fd, seconds > 0 ? F_SETLKW : F_SETLK, &lock) != 0) {
		if (errno == EACCES || errno == EAGAIN || errno == EINTR)
			busy(fd, file);
		msg_die(EXIT_LOCAL, "%s: %s", file, strerror(errno));
	}
	setitimer(ITIMER_REAL, &off, NULL);
	signal(SIGALRM, SIG_DFL);
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

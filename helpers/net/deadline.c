/* deadline.c: an end to waiting.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "deadline.h"
#include "exit.h"
#include "fault.h"
#include "msg.h"
#include "span.h"
#include "text.h"

static struct {
	const char *tool;
	int64_t seconds;
	int64_t end; /* clock_ms */
	/* both made before the alarm can come: a signal handler can only write
	 * and end */
	struct buf last_words;
	int code;
} line;

static void
give_up(int signal)
{
	ssize_t ignored =
	    write(STDERR_FILENO, line.last_words.data, line.last_words.len);

	(void)signal;
	(void)ignored;
	_exit(line.code);
}

void
deadline_about_or_die(const char *what, int code)
{
	struct buf words = { 0 };
	struct buf former;
	sigset_t alarm;

	if (!buf_print(&words, "%s: ", line.tool) ||
	    !text_escape(what, strlen(what), &words) ||
	    !buf_print(
		&words, ": no answer within %lld s\n", (long long)line.seconds))
		msg_die_fault();
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarm, NULL);
	former = line.last_words;
	line.last_words = words;
	line.code = code;
	sigprocmask(SIG_UNBLOCK, &alarm, NULL);
	buf_free(&former);
}

void
deadline_or_die(int64_t seconds, const char *tool, const char *what)
{
	struct itimerval timer = { .it_value = { .tv_sec = (time_t)seconds } };
	struct sigaction action = { .sa_handler = give_up };

	line.tool = tool;
	line.seconds = seconds;
	line.end = clock_ms() + seconds * 1000;
	deadline_about_or_die(what, EXIT_NONET);
	if (sigaction(SIGALRM, &action, NULL) != 0 ||
	    setitimer(ITIMER_REAL, &timer, NULL) != 0)
		msg_die(EXIT_LOCAL, "timer: %s", strerror(errno));
}

int64_t
deadline_left(void)
{
	int64_t left = (line.end - clock_ms() + 999) / 1000;

	return line.seconds == 0 ? 0 : left > 0 ? left : 1;
}

/* To be interrupted is all that is wanted of it. */
static void
wake_up(int signal)
{
	(void)signal;
}

bool
deadline_nudge(int64_t seconds)
{
	static timer_t timer;
	static bool made;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGUSR1 };
	struct sigaction action = { .sa_handler = wake_up };
	struct itimerspec when = { .it_value = { .tv_sec = (time_t)seconds },
		.it_interval = { .tv_sec = (time_t)seconds } };

	if (!made)
		made = sigaction(SIGUSR1, &action, NULL) == 0 &&
		       timer_create(CLOCK_MONOTONIC, &event, &timer) == 0;
	if (!made || timer_settime(timer, 0, &when, NULL) != 0)
		return fault(EXIT_LOCAL, "timer: %s", strerror(errno));
	return true;
}

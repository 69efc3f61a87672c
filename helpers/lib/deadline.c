/* deadline.c: an end to waiting.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "buf.h"
#include "deadline.h"
#include "exit.h"
#include "fault.h"
#include "msg.h"
#include "text.h"

/* made before the alarm can come: a signal handler can only write it */
static struct buf last_words;

static void
give_up(int signal)
{
	ssize_t ignored = write(STDERR_FILENO, last_words.data, last_words.len);

	(void)signal;
	(void)ignored;
	_exit(EXIT_NONET);
}

void
deadline_or_die(int64_t seconds, const char *tool, const char *what)
{
	struct itimerval timer = { .it_value = { .tv_sec = (time_t)seconds } };
	struct sigaction action = { .sa_handler = give_up };

	if (!buf_print(&last_words, "%s: ", tool) ||
	    !text_escape(what, strlen(what), &last_words) ||
	    !buf_print(
		&last_words, ": no answer within %lld s\n", (long long)seconds))
		msg_die_fault();
	if (sigaction(SIGALRM, &action, NULL) != 0 ||
	    setitimer(ITIMER_REAL, &timer, NULL) != 0)
		msg_die(EXIT_LOCAL, "timer: %s", strerror(errno));
}

/* exit.h: the exit codes of every certcycle program.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_EXIT_H
#define CERTCYCLE_EXIT_H

/* 64 to 78 mean what they mean in sysexits.h; 79 and 80 are certcycle's own.
 * The same table stands in scripts/lib/common.sh.in for shell, and in certcycle(7)
 * for people; tests/style.t holds the three together. */
enum exit_code {
	EXIT_YES = 0, /* yes, or done */
	EXIT_NO = 1, /* no: only from tools that answer a question */
	EXIT_USAGE = 64, /* wrong command line */
	EXIT_DATA = 65, /* input is not what it should be */
	EXIT_NONET = 69, /* no answer: name, connect, time-out, 5xx */
	EXIT_HOOK = 70, /* a hook failed in a way of its own */
	EXIT_LOCAL = 71, /* disk, memory, permission here */
	EXIT_LATER = 75, /* the server said wait */
	EXIT_UNTRUSTED = 76, /* TLS, signature or reply is not believable */
	EXIT_REFUSED = 77, /* the server said no */
	EXIT_CONF = 78, /* configuration missing or wrong */
	EXIT_BUSY = 79, /* another run holds the lock */
	EXIT_CLOCK = 80 /* the clock cannot be right */
};

#endif

/* report.h: one file: what is asked about it, and what is printed of it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_REPORT_H
#define CERTCYCLE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "ask.h"
#include "buf.h"

/* What is printed of a file with a yes. */
enum report_form {
	REPORT_NOTHING, /* but its name, where names are wanted */
	REPORT_SHOW, /* lines for people */
	REPORT_JSON, /* an object on one line */
	REPORT_TABLE, /* days left, end, status and name on one line */
	REPORT_LEFT, /* the time left as a number; its name, where wanted */
	REPORT_CN /* the common name; behind it its name, where wanted */
};

struct report {
	enum report_form form;
	bool names;
	char end; /* of a name: a line feed or a NUL */
	int64_t unit; /* of the time left, in seconds */
};

/* Reads a unit, s, h or d, as a number of seconds; NULL is d. EXIT_USAGE
 * otherwise. */
bool report_parse_unit(const char *name, int64_t *unit);

/* Reads the file PATH, "-" being standard input, puts the questions of ASK, and
 * adds to OUT what REPORT wants of it if the answer is YES. Where nothing is
 * asked, and --show or --json wanted, a request, a key, or the URI of a key on
 * a token will do as well. FOUND: nobody named the file; one with no
 * certificate, but something else in PEM, is nothing to speak of. */
bool report_file(const struct ask *ask, const struct report *report,
    const char *path, bool found, bool *yes, struct buf *out);

#endif

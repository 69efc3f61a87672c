/* scan.h: the files that a command is asked about, one after the other.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_SCAN_H
#define CERTCYCLE_SCAN_H

#include <stdbool.h>

/* What is done with each file. */
struct scan {
	/* The file at PATH. FOUND: nobody named it, it was in a directory. */
	void (*file)(void *context, const char *path, bool found);
	void *context;
};

/* Is PATH a directory? */
bool scan_is_directory(const char *path);

/* Hands on NAME; where it is a directory, the files in it whose name ends with
 * .pem, .crt or .cer and begins with no dot, sorted by name. EXIT_DATA: it has
 * no such file; EXIT_LOCAL: it cannot be read. */
bool scan_name(const struct scan *scan, const char *name);

/* Hands on each name in the file LIST, "-" being standard input, as scan_name
 * does; they end with END, a line feed or a NUL. Names are not kept: a list may
 * be long. A name that is no good is told by FAULT, which may be called often.
 * EXIT_DATA: LIST is not there; EXIT_LOCAL: it cannot be read. */
bool scan_list(const struct scan *scan, const char *list, char end,
    void (*fault)(void *context));

#endif

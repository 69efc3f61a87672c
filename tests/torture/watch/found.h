/* found.h: what the watcher has found, and for the end what it has seen.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TORTURE_FOUND_H
#define TORTURE_FOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "tree.h"

/* The number of the test NAME, which stays the same. */
int found_test(const char *name);

/* A finding about the process WHO: WHAT was seen WHERE. The same again is not
 * another one. */
void found_add(const struct branch *who, const char *what, const char *where);

/* The string TEXT of WHO, an argument or a variable, WHERE: looked at now, and
 * again at the end, when all secrets are known. */
void found_string(
    const struct branch *who, const char *text, const char *where);

/* Looks again, and prints the findings. How many there are. */
size_t found_report(FILE *out);

#endif

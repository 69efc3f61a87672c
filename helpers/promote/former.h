/* former.h: what a file was before: PATH.old, PATH.old.2, PATH.old.3 ...
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_FORMER_H
#define CERTCYCLE_FORMER_H

#include <stdbool.h>

/* As many former ones are kept as there are, and one at least. */
#define FORMER_AS_IS (-1)

/* The name of the Nth former one, the latest being the first; for the caller to
 * free, NULL: out of memory. */
char *former_name(const char *path, unsigned n);

/* Nothing but files stands where the KEEP former ones of PATH will stand. */
bool former_can_keep(const char *path, int keep);

/* Sets PATH aside as PATH.old.tmp, so that no moment is without it: before
 * something else takes its place. On disk when this returns. */
bool former_save(const char *path);

/* Puts what was set aside, if anything was, in the place of PATH. */
bool former_restore(const char *path);

/* Nothing took the place of PATH: what was set aside goes. */
void former_drop(const char *path);

/* What was set aside becomes PATH.old, the others move up one, and no more than
 * KEEP are left. Where PATH is still the same, its place was never taken, and
 * what was set aside goes. May be cut off anywhere and called again. */
bool former_settle(const char *path, int keep);

/* The name of what is set aside, as former_name. */
char *former_aside(const char *path);

#endif

/* promote.h: a candidate becomes the active certificate, and the way back.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PROMOTE_H
#define CERTCYCLE_PROMOTE_H

#include <stdbool.h>

#include "key.h"

/* What is wanted. Nothing is owned. */
struct promotion {
	const char *new; /* the candidate, a file */
	const char *active; /* what it replaces, no link */
	const char *new_key; /* the file that replaces KEY; NULL: none does */
	struct key_place key; /* as the user named it, and what opens it, and
				 the new key, too; a NAME of NULL: the pair is
				 not looked at */
	const char *mark; /* a file that is made, empty, on disk, before the
			     first change; NULL: none */
	int keep; /* how many former ones: former.h */
	long uid; /* what NEW gets, -1: as ACTIVE has it */
	long gid;
	long mode;
};

/* Puts NEW in the place of ACTIVE, and the new key in that of KEY. What was
 * interrupted before is finished or undone first; where that was this same
 * promotion, and it is finished now, it is done. EXIT_DATA: NEW is no
 * certificate, or not for its key, or a file is its own replacement;
 * EXIT_LOCAL: it cannot be done. Then all is as it was, but where the fault
 * says what else. */
bool promote(const struct promotion *want);

/* Puts ACTIVE.old in the place of ACTIVE, and ACTIVE in that of ACTIVE.old; the
 * same with the key where it is KEY.old that fits. EXIT_DATA: there is nothing
 * to go back to, or no key for it. */
bool promote_back(const struct promotion *want);

/* Finishes or undoes what was interrupted on the way to ACTIVE. */
bool promote_recover(const char *active, int keep);

#endif

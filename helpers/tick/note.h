/* note.h: writes down how a run ended, and when the issuer may be asked again.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_NOTE_H
#define CERTCYCLE_NOTE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "profile.h"

/* How a run ended. */
struct note {
	int result; /* its exit code */
	const char *reason; /* enroll, renew or rollback */
	const char *step; /* as far as it came */
	int64_t after; /* the seconds that the server asked for; 0: none */
	const char *why_file; /* what was said; NULL: nothing */
	bool
	    tried; /* the certificate has expired, and was tried all the same */
	time_t now;
};

/* How long the last line that was said is at most, in bytes. */
enum { NOTE_WHY = 300 };

/* Writes NOTE into the state directory of PROFILE, which is made where it is not
 * there: first a line of history, unless it is only the same failure again, then
 * the state. EXIT_LOCAL: one of them, or both, cannot be written. */
bool note_write(const struct profile *profile, const struct note *note);

#endif

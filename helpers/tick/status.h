/* status.h: how a profile is: its certificate, what is pending, what happened
 * last, and whether somebody should look at it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_STATUS_H
#define CERTCYCLE_STATUS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "buf.h"
#include "look.h"
#include "profile.h"
#include "state.h"

/* The codes of a plugin of Nagios. */
enum status_level {
	STATUS_OK,
	STATUS_WARNING,
	STATUS_CRITICAL,
	STATUS_UNKNOWN
};

struct status {
	const struct profile *profile;
	time_t now;
	struct active active; /* without its chain */
	struct buf subject; /* of the active certificate */
	struct buf serial; /* in hexadecimal */
	struct buf trouble; /* why it, or the profile, cannot be read */
	struct pending pending;
	int64_t candidate_since; /* 0: there is none */
	bool reply; /* an answer of the server's is kept */
	struct state state;
	enum status_level level;
	struct buf problem; /* what wants attention, in words */
	int code; /* STATUS_UNKNOWN: the exit code for that */
};

/* Looks at PROFILE as of NOW. False: out of memory. STATUS is freed by
 * status_free, on failure too. */
bool status_take(
    const struct profile *profile, time_t now, struct status *status);

void status_free(struct status *status);

/* The name of LEVEL in lower case; that of an exit code as exit.h has it, and
 * what it means, "" where it is none of ours. */
const char *status_level_name(enum status_level level);
const char *status_code_name(int64_t code);
const char *status_code_words(int64_t code);

#endif

/* state.h: what is known of a profile from one run to the next: the file
 * "state" in its state directory.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_STATE_H
#define CERTCYCLE_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "buf.h"

/* Moments are in Unix time; 0 is never. Texts are not NULL where THERE. */
struct state {
	bool there; /* something is known */
	int64_t result; /* the exit code of the last run that did something */
	char *reason; /* enroll, renew or rollback */
	char *step; /* as far as it came */
	int64_t at; /* when */
	int64_t since; /* when it came to the same result first, in a row */
	int64_t failures; /* in a row */
	int64_t success; /* when a certificate last became active */
	int64_t next; /* the issuer is left alone until then */
	char *why; /* what was said last */
	char *tried; /* the serial number of an expired one that was tried */
};

/* Takes LEN bytes that came from NAME for such a file: lines KEY=VALUE; keys
 * that are not known are left out. EXIT_DATA where they are none. STATE is freed
 * by state_free, and empty on failure. */
bool state_parse(
    const void *data, size_t len, const char *name, struct state *state);

/* Reads the file in the directory DIR. It is not there: nothing is known. It is
 * damaged: that is told, and nothing is known either. EXIT_LOCAL: it cannot be
 * read. */
bool state_read(const char *dir, struct state *state);

/* Adds the text of the file to OUT. */
bool state_print(const struct state *state, struct buf *out);

/* Writes the file in DIR, synced, whole or not at all. */
bool state_write(const char *dir, const struct state *state);

/* Is the issuer to be left alone still? What was noted in the future, by a
 * clock that was wrong, does not count. */
bool state_waits(const struct state *state, time_t now);

void state_free(struct state *state);

#endif

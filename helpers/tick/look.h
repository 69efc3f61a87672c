/* look.h: what has a profile to do, and why?
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_LOOK_H
#define CERTCYCLE_LOOK_H

#include <stdbool.h>
#include <time.h>

#include "check/life.h"
#include "profile.h"
#include "state.h"
#include "x509.h"

/* The active certificate of a profile. */
struct active {
	bool there; /* its file is */
	bool read; /* and it is a certificate: what is below counts */
	struct x509_list chain;
	struct life life;
	int share; /* of the device */
	time_t soon; /* the moment from which on it is due */
};

/* Reads it. Not there is no failure. EXIT_DATA, EXIT_LOCAL: it cannot be read,
 * or is none; then it is THERE all the same. ACTIVE is freed by active_free, on
 * failure too. */
bool active_read(const struct profile *profile, struct active *active);

void active_free(struct active *active);

/* Adds the serial number of ACTIVE, which was read, to SERIAL; nothing where it
 * has one that GnuTLS cannot hold. */
bool active_serial(const struct active *active, struct buf *serial);

/* What waits to be done, whatever the certificate says. */
struct pending {
	bool recover; /* an interrupted change of files */
	bool candidate; /* a new certificate, not yet proved and active */
	bool hooks; /* post-renew hooks, which failed */
};

/* EXIT_LOCAL: a directory cannot be searched. */
bool pending_look(const struct profile *profile, struct pending *pending);

/* The first reason that PROFILE has something to do, in WHY: recover, candidate,
 * missing, expired, expired-tried (it was refused a renewal all the same), due,
 * trouble or hooks; NULL: it has none. A pause after a failure silences all but
 * the first two and the last, unless FORCE: then that does not count, and "forced"
 * is the reason before hooks. What cannot be read is told. EXIT_CLOCK: NOW is
 * before the active certificate; EXIT_LOCAL: it cannot be told. */
bool look(
    const struct profile *profile, time_t now, bool force, const char **why);

#endif

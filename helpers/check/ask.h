/* ask.h: what can be asked of a certificate, and the answers.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_ASK_H
#define CERTCYCLE_ASK_H

#include <stdbool.h>
#include <time.h>

#include "buf.h"
#include "key.h"
#include "life.h"
#include "purpose.h"
#include "revocation.h"
#include "span.h"
#include "x509.h"

/* What is asked; NULL or false: not that. */
struct ask {
	bool due;
	struct window window;
	struct window spread; /* of which the device's share is added to it */
	bool valid;
	bool clock;
	struct key_place key;
	const char *passphrase; /* the file with it */
	const char *subject;
	const char *cn;
	const char *earlier;
	const char *anchors;
	const char *revoked;
	enum purpose purpose; /* PURPOSE_ANY: not asked */
	bool negate; /* a no is what is wanted */
	time_t now;
	bool quiet; /* the reason of a "no" is for -v only */
	struct ask_with *with; /* what all that is asked with, read */
};

/* A certificate with its chain, which came from NAME. */
struct ask_about {
	const char *name;
	struct x509_list chain;
	struct life life;
};

/* Is anything asked at all? */
bool ask_anything(const struct ask *ask);

/* Reads, once, the files that questions are asked with. EXIT_CLOCK: dates are
 * asked for, and one of these certificates, which are in use, is not valid
 * yet. Freed by ask_free. */
bool ask_prepare(struct ask *ask);

/* Puts all questions. YES: all answers are; the reason of each that is not is
 * told on standard error ("not due" is no news: it is traced). EXIT_CLOCK: it is
 * asked whether it is due, and it is not valid yet by more than SPAN_SKEW. */
bool ask_all(const struct ask *ask, const struct ask_about *about, bool *yes);

/* The moment from which on ABOUT is due. */
time_t ask_due_from(const struct ask *ask, const struct ask_about *about);

/* EXIT_CLOCK where ABOUT, which is in use, is not valid yet. */
bool ask_not_early(const struct ask *ask, const struct ask_about *about);

/* Tells where another certificate of the chain ends before ABOUT itself. */
bool ask_tell_chain(const struct ask *ask, const struct ask_about *about);

void ask_free(struct ask *ask);

#endif

/* exchange.h: one file that takes the place of another, looked at after any
 * interruption.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_EXCHANGE_H
#define CERTCYCLE_EXCHANGE_H

#include <stdbool.h>

#include "digest.h"

/* FROM becomes TO; both names are absolute. */
struct exchange {
	char *from;
	char *to;
	struct digest new; /* what FROM held */
	struct digest former; /* what TO held; not there: nothing was */
	bool over; /* TO cannot be renamed, and is being overwritten */
};

/* Where it stands, by what the two files hold now. */
enum exchange_stage {
	EXCHANGE_READY, /* the new file waits */
	EXCHANGE_DONE,
	EXCHANGE_LOST, /* the new file is in neither place */
	EXCHANGE_STRANGE /* TO is neither file, and no exchange made it so */
};

bool exchange_look(const struct exchange *one, enum exchange_stage *stage);

/* Sets aside what is to be replaced (former.h), where it is still there. */
bool exchange_save(const struct exchange *one);

/* FROM takes the place of TO, if that is not done yet. BUSY: it did not, as TO is
 * a mount point, and has to be overwritten: OVER says that this may be done. */
bool exchange_move(const struct exchange *one, bool *busy);

/* The way back, wherever it stands: TO is what it was, and FROM, which may be
 * the only copy of a key, is there again. EXIT_DATA: something else is in the
 * place of either. */
bool exchange_undo(const struct exchange *one);

#endif

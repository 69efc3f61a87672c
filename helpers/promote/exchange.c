/* exchange.c: one file that takes the place of another.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "digest.h"
#include "exchange.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "former.h"
#include "move.h"
#include "msg.h"

static bool
stage_of(
    const struct exchange *one, enum exchange_stage *stage, struct digest *now)
{
	struct digest from;
	bool done;

	if (!digest_file(one->from, &from) || !digest_file(one->to, now))
		return false;
	done = digest_same(now, &one->new);
	/* half overwritten it may be anything */
	if (!done && !one->over && !digest_same(now, &one->former))
		*stage = EXCHANGE_STRANGE;
	else if (digest_same(&from, &one->new))
		*stage = EXCHANGE_READY;
	else
		*stage = done ? EXCHANGE_DONE : EXCHANGE_LOST;
	return true;
}

bool
exchange_look(const struct exchange *one, enum exchange_stage *stage)
{
	struct digest now;

	return stage_of(one, stage, &now);
}

bool
exchange_save(const struct exchange *one)
{
	enum exchange_stage stage;
	struct digest now;

	if (!stage_of(one, &stage, &now))
		return false;
	if (stage != EXCHANGE_READY || !now.there ||
	    !digest_same(&now, &one->former))
		return true;
	return former_save(one->to);
}

bool
exchange_move(const struct exchange *one, bool *busy)
{
	enum exchange_stage stage;

	*busy = false;
	if (!exchange_look(one, &stage))
		return false;
	if (stage == EXCHANGE_DONE)
		return true;
	if (stage != EXCHANGE_READY)
		return fault(EXIT_DATA,
		    "%s or %s was changed by someone just now", one->from,
		    one->to);
	msg_trace("%s becomes %s", one->from, one->to);
	if (!move_rename(one->from, one->to)) {
		*busy = errno == EBUSY && !one->over;
		if (errno != EBUSY || !one->over ||
		    !move_over(one->from, one->to))
			return false;
	}
	return file_sync_dir(one->to);
}

/* The new file is in its place, and goes back to where it came from: it may be
 * the only copy of a key. */
static bool
give_back(const struct exchange *one)
{
	struct digest from;

	if (!digest_file(one->from, &from))
		return false;
	if (digest_same(&from, &one->new))
		return true;
	if (from.there)
		return fault(EXIT_DATA,
		    "%s: in the way of what is now %s and has to go back "
		    "there: move it away",
		    one->from, one->to);
	return move_twin(one->to, one->from);
}

bool
exchange_undo(const struct exchange *one)
{
	struct digest now;
	struct digest aside;
	char *name;
	bool ok;

	if (!digest_file(one->to, &now))
		return false;
	if (digest_same(&now, &one->former)) {
		former_drop(one->to);
		return true;
	}
	if (digest_same(&now, &one->new) && !give_back(one))
		return false;
	if (!one->former.there)
		return (unlink(one->to) == 0 || fault_local(one->to)) &&
		       file_sync_dir(one->to);
	name = former_aside(one->to);
	if (name == NULL)
		return fault_memory();
	ok = digest_file(name, &aside) &&
	     (digest_same(&aside, &one->former) ||
		 fault(EXIT_DATA, "%s: not what %s was", name, one->to)) &&
	     former_restore(one->to);
	free(name);
	return ok;
}

/* change.c: files that take the place of others, whole or not at all.
 *
 * With a journal, what does the work is what recovers it: each step looks at
 * what the files hold, and does what is not done yet. What a step needs in
 * order to be undone (the former file, set aside) goes only when all new files
 * are in their places.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "change.h"
#include "digest.h"
#include "exchange.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "former.h"
#include "journal.h"
#include "move.h"
#include "msg.h"
#include "path.h"

/* The new file takes its place. That one has to be overwritten is written down
 * before it is. */
static bool
move_new(struct exchange *one, const struct journal *journal, const char *name)
{
	bool busy;

	if (exchange_move(one, &busy))
		return true;
	if (!busy)
		return false;
	one->over = true;
	return journal_write(journal, name) && exchange_move(one, &busy);
}

/* The new file is in its place, and that is not undone. */
static bool
settle(const char *path, int keep)
{
	return former_settle(path, keep) ||
	       fault(fault_code(),
		   "%s: is the new one, but the former one is not kept yet: %s",
		   path, fault_text());
}

/* The last one first, as it is in the end the certificate that says which key
 * is wanted. */
static bool
undo(const struct journal *journal, const char *name)
{
	for (size_t i = journal->count; i-- > 0;)
		if (!exchange_undo(&journal->exchange[i]))
			return false;
	return journal_end(name);
}

/* Undoes after a failure, whose reason stays the reason. */
static bool
undo_failed(const struct journal *journal, const char *name)
{
	int code = fault_code();
	char *why = strdup(fault_text());

	if (why == NULL)
		return fault_memory();
	if (undo(journal, name))
		fault(code, "%s", why);
	else
		fault(fault_code(),
		    "%s; and this cannot be undone: %s; %s says what was "
		    "to be done, for cert-promote --recover",
		    why, fault_text(), name);
	free(why);
	return false;
}

/* All of JOURNAL, from wherever it stands. */
static bool
finish(struct journal *journal, const char *name, int keep)
{
	bool ok = true;

	for (size_t i = 0; ok && i < journal->count; i++)
		ok = exchange_save(&journal->exchange[i]);
	for (size_t i = 0; ok && i < journal->count; i++)
		ok = move_new(&journal->exchange[i], journal, name);
	if (!ok)
		return undo_failed(journal, name);
	for (size_t i = 0; ok && i < journal->count; i++)
		ok = settle(journal->exchange[i].to, keep);
	return ok && journal_end(name);
}

static bool
add(struct journal *journal, const struct change *change)
{
	struct exchange *one = &journal->exchange[journal->count++];

	one->from = path_absolute(change->from);
	one->to = path_absolute(change->to);
	if (one->from == NULL || one->to == NULL)
		return fault(EXIT_LOCAL, "%s: %s",
		    one->from == NULL ? change->from : change->to,
		    strerror(errno));
	return digest_file(one->from, &one->new) &&
	       digest_file(one->to, &one->former) &&
	       (one->new.there ||
		   fault(EXIT_DATA, "%s: %s", change->from, strerror(ENOENT)));
}

/* The journal stands beside the last file. */
static bool
run(struct journal *journal, int keep)
{
	char *name = journal_name(journal->exchange[journal->count - 1].to);
	bool ok;

	if (name == NULL)
		return fault_memory();
	ok = journal_write(journal, name);
	if (ok)
		ok = finish(journal, name, keep);
	else
		journal_end(name);
	free(name);
	return ok;
}

bool
change_both(const struct change *first, const struct change *second, int keep)
{
	struct journal journal = { .count = 0 };
	bool ok = former_can_keep(second->to, keep) &&
		  (first == NULL || former_can_keep(first->to, keep)) &&
		  (first == NULL || add(&journal, first)) &&
		  add(&journal, second) && run(&journal, keep);

	journal_free(&journal);
	return ok;
}

bool
change_one(const struct change *change, int keep)
{
	struct stat st;
	bool busy;

	if (!former_can_keep(change->to, keep) ||
	    (lstat(change->to, &st) == 0 && !former_save(change->to)))
		return false;
	msg_trace("%s becomes %s", change->from, change->to);
	if (move_rename(change->from, change->to))
		return file_sync_dir(change->to) && settle(change->to, keep);
	busy = errno == EBUSY;
	former_drop(change->to);
	return busy && change_both(NULL, change, keep);
}

/* Can all of JOURNAL still be done? False: nothing can, neither back. */
static bool
can_finish(const struct journal *journal, const char *name, bool *can)
{
	enum exchange_stage stage;

	*can = true;
	for (size_t i = 0; i < journal->count; i++) {
		if (!exchange_look(&journal->exchange[i], &stage))
			return false;
		if (stage == EXCHANGE_STRANGE)
			return fault(EXIT_DATA,
			    "%s: someone changed it since it was to be "
			    "replaced, and it is neither what it was nor what "
			    "it was to be; if this is right, remove %s",
			    journal->exchange[i].to, name);
		if (stage == EXCHANGE_LOST)
			*can = false;
	}
	return true;
}

/* Is the journal NAME that of the file it says, by whatever path? */
static bool
is_own(const struct exchange *last, const char *name)
{
	char *own = journal_name(last->to);
	bool ok = own != NULL && path_same(own, name);

	free(own);
	return ok || fault(EXIT_DATA, "%s: the journal of another file: %s",
			 name, last->to);
}

/* A whole journal for ACTIVE. */
static bool
resume(struct journal *journal, const char *name, int keep, char **finished)
{
	const struct exchange *last = &journal->exchange[journal->count - 1];
	bool can;

	if (!is_own(last, name) || !can_finish(journal, name, &can))
		return false;
	msg_warn("%s: %s what was interrupted", last->to,
	    can ? "finishing" : "undoing");
	if (!can)
		return undo(journal, name);
	*finished = strdup(last->from);
	if (*finished == NULL)
		return fault_memory();
	return finish(journal, name, keep);
}

bool
change_recover(const char *active, int keep, char **finished)
{
	struct journal journal;
	enum journal_state state;
	char *name = journal_name(active);
	bool ok;

	*finished = NULL;
	if (name == NULL)
		return fault_memory();
	ok = journal_read(name, &journal, &state);
	if (ok && state == JOURNAL_WHOLE)
		ok = resume(&journal, name, keep, finished);
	else if (ok)
		ok = journal_end(name);
	/* without a journal, what is set aside says the same */
	ok = ok && former_settle(active, keep);
	journal_free(&journal);
	free(name);
	return ok;
}

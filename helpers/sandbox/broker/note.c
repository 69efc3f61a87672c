/* note.c: what goes into the tenant's log, when nobody else writes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "sandbox/broker/note.h"
#include "sandbox/state/log.h"
#include "text.h"

enum { NOTES_KEPT = 10000 };

struct note {
	struct note *next;
	const char *method;
	int status;
	struct buf path;
	struct buf device;
	struct buf why;
};

static void
drop_first(struct notes *notes)
{
	struct note *note = notes->first;

	notes->first = note->next;
	if (notes->first == NULL)
		notes->last = NULL;
	notes->count--;
	buf_free(&note->path);
	buf_free(&note->device);
	buf_free(&note->why);
	free(note);
}

void
note_add(struct notes *notes, const char *method, const char *path,
    const char *device, int status, const char *why)
{
	struct note *note = calloc(1, sizeof *note);

	if (note == NULL)
		return;
	note->method = method;
	note->status = status;
	if (notes->last != NULL)
		notes->last->next = note;
	else
		notes->first = note;
	notes->last = note;
	notes->count++;
	/* clients choose them */
	text_escape(path, strlen(path), &note->path);
	text_escape(device, strlen(device), &note->device);
	if (why != NULL)
		text_escape(why, strlen(why), &note->why);
	if (notes->count > NOTES_KEPT)
		drop_first(notes);
}

static bool
write_all(const struct notes *notes, struct store *store)
{
	bool ok = true;

	for (struct note *note = notes->first; ok && note != NULL;
	     note = note->next) {
		struct log_entry entry = { .port = "mqtt",
			.method = note->method,
			.path = buf_text(&note->path),
			.device = buf_text(&note->device),
			.status = note->status,
			.note = buf_text(&note->why) };

		ok = log_add(store, &entry);
	}
	return ok;
}

void
note_write(struct notes *notes, struct store *store)
{
	if (notes->first != NULL && store_begin(store) &&
	    store_end(store, write_all(notes, store)))
		note_clear(notes);
}

void
note_clear(struct notes *notes)
{
	while (notes->first != NULL)
		drop_first(notes);
}

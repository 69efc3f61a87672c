/* note.c: what goes into the tenant's state, when nobody else writes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "sandbox/broker/note.h"
#include "sandbox/state/log.h"
#include "sandbox/state/provisioned.h"
#include "text.h"

enum { NOTES_KEPT = 10000 };

struct note {
	struct note *next;
	X509 *crt; /* NULL: it is for the log */
	gnutls_x509_crt_t leaf;
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
	X509_free(note->crt);
	free(note);
}

/* One more behind the last, about DEVICE; NULL: out of memory. */
static struct note *
append(struct notes *notes, const char *device)
{
	struct note *note = calloc(1, sizeof *note);

	if (note == NULL)
		return NULL;
	if (notes->last != NULL)
		notes->last->next = note;
	else
		notes->first = note;
	notes->last = note;
	if (++notes->count > NOTES_KEPT)
		drop_first(notes);
	/* clients choose what they say */
	text_escape(device, strlen(device), &note->device);
	return note;
}

void
note_add(struct notes *notes, const char *method, const char *path,
    const char *device, int status, const char *why)
{
	struct note *note = append(notes, device);

	if (note == NULL)
		return;
	note->method = method;
	note->status = status;
	text_escape(path, strlen(path), &note->path);
	if (why != NULL)
		text_escape(why, strlen(why), &note->why);
}

void
note_seen(
    struct notes *notes, const char *device, X509 *crt, gnutls_x509_crt_t leaf)
{
	struct note *note = append(notes, device);

	if (note == NULL || X509_up_ref(crt) != 1)
		return;
	note->crt = crt;
	note->leaf = leaf;
}

static bool
write_one(const struct note *note, struct store *store)
{
	struct log_entry entry = { .port = "mqtt",
		.method = note->method,
		.path = buf_text(&note->path),
		.device = buf_text(&note->device),
		.status = note->status,
		.note = buf_text(&note->why) };

	if (note->method != NULL)
		return log_add(store, &entry);
	/* one that cannot be kept is left out */
	if (note->crt != NULL)
		provisioned_note(store, entry.device, note->leaf);
	return true;
}

static bool
write_all(const struct notes *notes, struct store *store)
{
	bool ok = true;

	for (struct note *note = notes->first; ok && note != NULL;
	     note = note->next)
		ok = write_one(note, store);
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

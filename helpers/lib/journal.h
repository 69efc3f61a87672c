/* journal.h: what is written down before several files change together, so that
 * whoever comes after a power cut can finish or undo it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_JOURNAL_H
#define CERTCYCLE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "digest.h"

/* The key and its certificate. */
enum { JOURNAL_MOST = 2 };

/* One file that takes the place of another; both names are absolute. */
struct exchange {
	char *from;
	char *to;
	struct digest new; /* what FROM held */
	struct digest former; /* what TO held; not there: nothing was */
	bool over; /* TO cannot be renamed, and is being overwritten */
};

/* All that change together, in the order of the renames. */
struct journal {
	struct exchange exchange[JOURNAL_MOST];
	size_t count;
};

/* What was found where a journal would be. */
enum journal_state {
	JOURNAL_NONE,
	JOURNAL_TORN, /* it was never whole: nothing was renamed yet */
	JOURNAL_WHOLE
};

/* The name of the journal of the certificate ACTIVE; for the caller to free,
 * NULL: out of memory. */
char *journal_name(const char *active);

/* Adds the text of JOURNAL to OUT. */
bool journal_print(const struct journal *journal, struct buf *out);

/* Reads LEN bytes that came from NAME. EXIT_DATA: they are no journal, not even
 * the beginning of one, or say what no journal says. JOURNAL is freed by
 * journal_free; it is empty unless STATE is JOURNAL_WHOLE. */
bool journal_parse(const void *data, size_t len, const char *name,
    struct journal *journal, enum journal_state *state);

/* Reads the file NAME, which must be a file of this user or of root that no one
 * else can write: it says what is renamed, and renaming is done by it. The rest
 * as above. EXIT_DATA: it is not such a file. */
bool journal_read(
    const char *name, struct journal *journal, enum journal_state *state);

/* Frees all; JOURNAL is empty afterwards. */
void journal_free(struct journal *journal);

#endif

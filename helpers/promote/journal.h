/* journal.h: what is written down before several files change together, so that
 * whoever comes after a power cut can finish or undo it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_JOURNAL_H
#define CERTCYCLE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "exchange.h"

/* The key and its certificate. */
enum { JOURNAL_MOST = 2 };

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

/* Puts JOURNAL on disk as the file NAME with mode 0600, whole or not at all, in
 * the place of an earlier one. */
bool journal_write(const struct journal *journal, const char *name);

/* Removes the journal NAME, if there is one, and what a writer that was cut off
 * left of it. */
bool journal_end(const char *name);

/* Frees all; JOURNAL is empty afterwards. */
void journal_free(struct journal *journal);

#endif

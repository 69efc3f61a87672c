/* asked.h: a mark that a request went out with a password, and that no answer to
 * it is known, or none of use: a server that issued then has spent the password.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_ASKED_H
#define CERTCYCLE_ASKED_H

#include <stdbool.h>

/* The mark is the file NAME; NULL: none is kept. */
struct asked {
	char *name;
	bool before; /* an earlier request left it */
};

/* The mark that belongs to the answer in SAVE; NULL: none. Freed by asked_free. */
bool asked_open(const char *save, struct asked *out);

/* Marks, on disk when it returns, that a request goes out now. */
bool asked_mark(const struct asked *asked);

/* That request was not sent, or was answered by no certificate: its mark goes,
 * that of an earlier one stays. */
void asked_clear(const struct asked *asked);

/* The answer is on disk: nothing was lost. */
void asked_forget(const struct asked *asked);

void asked_free(struct asked *asked);

#endif

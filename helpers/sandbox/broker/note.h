/* note.h: what goes into the tenant's state, when nobody else writes: its log, and
 * with which certificates devices were seen.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_NOTE_H
#define SANDBOX_NOTE_H

#include <gnutls/x509.h>
#include <openssl/x509.h>

#include "sandbox/state/store.h"

struct note;

/* Those that wait; all zero: none. */
struct notes {
	struct note *first;
	struct note *last;
	unsigned count;
};

/* Keeps a line of the log: METHOD, which is a constant, at PATH, by or about
 * DEVICE, with STATUS and the reason WHY, which may be NULL. Where they wait for
 * too long, or there is no memory, it is lost, and nothing else. */
void note_add(struct notes *notes, const char *method, const char *path,
    const char *device, int status, const char *why);

/* Keeps that DEVICE was let in with CRT, which is LEAF in GnuTLS's form: that
 * belongs to CRT. */
void note_seen(
    struct notes *notes, const char *device, X509 *crt, gnutls_x509_crt_t leaf);

/* Writes all that waits, in one transaction. Does not wait for who else writes:
 * then they stay for the next time. */
void note_write(struct notes *notes, struct store *store);

/* Forgets them. */
void note_clear(struct notes *notes);

#endif

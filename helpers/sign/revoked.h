/* revoked.h: the revoked certificates of a CA, as a CRL lists them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_REVOKED_H
#define CERTCYCLE_REVOKED_H

#include <stdbool.h>
#include <time.h>

#include "buf.h"
#include "serial.h"

/* One of them: where its entry (RFC 5280, 5.1: revokedCertificates) is in the
 * DER of them all. */
struct revoked_entry {
	struct serial serial;
	size_t at;
	size_t len;
};

/* All of them. Begins all zero; freed by revoked_free. */
struct revoked {
	struct revoked_entry *entries;
	size_t count;
	size_t room;
	struct buf der;
};

/* Reads NAME, a reason of RFC 5280 (5.3.1) such as keyCompromise, in any case.
 * EXIT_DATA names what is none, and those that there are. */
bool revoked_parse_reason(const char *name, unsigned *reason);

/* Adds one that was revoked at DATE. A REASON of 0 is "unspecified", which is
 * not written. */
bool revoked_add(struct revoked *list, const struct serial *serial, time_t date,
    unsigned reason);

/* Adds one whose entry is the LEN bytes of DER, as they are. EXIT_DATA: they
 * are none. */
bool revoked_add_der(struct revoked *list, const void *der, size_t len);

/* Sorts by serial number. Where one is there twice, what was added first
 * stays. */
void revoked_sort(struct revoked *list);

void revoked_free(struct revoked *list);

#endif

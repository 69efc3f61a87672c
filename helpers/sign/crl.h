/* crl.h: certificate revocation lists (RFC 5280, 5): make one, read one again.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CRL_H
#define CERTCYCLE_CRL_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "authority.h"
#include "buf.h"
#include "revoked.h"

/* What a list says beside its entries. */
struct crl_rules {
	uint64_t number; /* above that of every list before it */
	bool numbered; /* somebody asked for that number */
	time_t now; /* thisUpdate */
	time_t next; /* nextUpdate */
};

/* Adds to LIST what the CRL in LEN bytes of DATA revokes, PEM or DER, each
 * entry as it stands there. It came from NAME. NUMBER receives its number, 0
 * where it has none. EXIT_DATA: it is none, CA has not signed it, or it says
 * what cannot be kept. */
bool crl_add_old(const void *data, size_t len, const char *name,
    const struct authority *ca, struct revoked *list, uint64_t *number);

/* Adds the CRL of LIST to PEM, signed by CA. LIST is sorted thereby. */
bool crl_sign(struct revoked *list, const struct authority *ca,
    const struct crl_rules *rules, struct buf *pem);

#endif

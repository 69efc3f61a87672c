/* revoked.h: the serial numbers that the tenant holds revoked.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REVOKED_H
#define SANDBOX_REVOKED_H

#include <stdbool.h>
#include <stdint.h>
#include <gnutls/x509.h>

#include "buf.h"
#include "sandbox/state/store.h"

/* Keeps the serial number of LEN bytes, the highest first, as revoked since AT;
 * one that was is left as it is, and nothing undoes it. */
bool revoked_keep(
    struct store *store, const void *serial, size_t len, int64_t at);

/* Does the tenant look at what is revoked (its option configuration /
 * crl.offline.check.enabled)? */
bool revoked_is_checked(struct store *store, bool *checked);

/* Is the serial number of CRT revoked, whoever issued it? */
bool revoked_has(struct store *store, gnutls_x509_crt_t crt, bool *revoked);

/* Adds the serial number of LEN bytes to OUT, as it is kept: hexadecimal, lower
 * case, without zeros before it. */
bool revoked_print(const void *serial, size_t len, struct buf *out);

/* Calls EACH with DATA for every serial number and when it was revoked. False,
 * and at once, when EACH returned false. */
bool revoked_each(struct store *store,
    bool (*each)(const char *serial, int64_t at, void *data), void *data);

#endif

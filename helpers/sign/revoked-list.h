/* revoked-list.h: the revoked certificates that people write down.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_REVOKED_LIST_H
#define CERTCYCLE_REVOKED_LIST_H

#include <stdbool.h>
#include <time.h>

#include "authority.h"
#include "revoked.h"

/* Adds to LIST what stands in LEN bytes of DATA, which came from NAME: a line
 * for each, "SERIAL [DATE] [REASON]", with blanks, tabs, commas or semicolons
 * between; empty lines, lines that begin with '#', and a first line that begins
 * with "serial", a table's head, are left out. No DATE, or one ahead, is NOW.
 * Or certificates that CA has issued, PEM or DER; the issuer of the one before
 * it is left out, so that a chain counts as its first. EXIT_DATA names the line
 * or the certificate that is wrong. */
bool revoked_read(const void *data, size_t len, const char *name,
    const struct authority *ca, time_t now, struct revoked *list);

#endif

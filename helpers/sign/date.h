/* date.h: moments, as people and other tools write them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_DATE_H
#define CERTCYCLE_DATE_H

#include <stdbool.h>
#include <time.h>

/* The last second that a certificate can name (RFC 5280, 4.1.2.5). */
#define DATE_LAST INT64_C(253402300799)

/* Reads a date in UTC: 2026-11-21, 2026-11-21T10:48, 2026-11-21T10:48:51Z with
 * parts of a second or not, a blank for the T; or as certificates have it,
 * 20261121104851Z and 261121104851Z. EXIT_DATA otherwise. */
bool date_parse(const char *text, time_t *moment);

#endif

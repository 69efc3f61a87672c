/* spread.h: devices of one day are not due on one day.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_SPREAD_H
#define CERTCYCLE_SPREAD_H

#include <time.h>
#include <gnutls/x509.h>

#include "life.h"
#include "span.h"

/* A share is less than this. */
enum { SPREAD_ONE = 1 << 20 };

/* The share of the device that CRT names: by its subject, so that it stays the
 * same over renewals; 0 where that cannot be read. */
int spread_share(gnutls_x509_crt_t crt);

/* The moment from which on a certificate of that LIFE is due: SHARE of SPREAD
 * earlier than WINDOW says, but by no more than half of the time before that: a
 * fresh certificate is never due by its spread. */
time_t spread_start(const struct window *window, const struct window *spread,
    int share, const struct life *life);

#endif

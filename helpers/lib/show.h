/* show.h: a certificate as lines for people.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_SHOW_H
#define CERTCYCLE_SHOW_H

#include <stdbool.h>
#include <time.h>
#include <gnutls/x509.h>

#include "buf.h"

/* Adds CRT, which came from NAME, as lines "Field: value" with the fields,
 * order and wording of `tedge cert show`. From the moment SOON on it "EXPIRES
 * SOON". Names are in encoded order, with control characters escaped. */
bool show_certificate(gnutls_x509_crt_t crt, const char *name, time_t soon,
    time_t now, struct buf *out);

#endif

/* show.h: certificates, requests and keys as lines for people.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_SHOW_H
#define CERTCYCLE_SHOW_H

#include <stdbool.h>
#include <time.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "buf.h"
#include "life.h"

/* Adds "Field: " to OUT, so wide that values stand below each other. */
bool show_field(struct buf *out, const char *field);

/* Adds the status of a certificate of that LIFE, as below. */
bool show_status(
    struct buf *out, const struct life *life, time_t soon, time_t now);

/* Adds CRT, which came from NAME, as lines "Field: value" with the fields,
 * order and wording of `tedge cert show`. Its status is that of its chain, whose
 * life is LIFE; from the moment SOON on it "EXPIRES SOON". */
bool show_certificate(gnutls_x509_crt_t crt, const char *name,
    const struct life *life, time_t soon, time_t now, struct buf *out);

/* The same of a request: its names, its key, and whether it is signed with
 * it. */
bool show_request(gnutls_x509_crq_t csr, const char *name, struct buf *out);

/* The same of a key, by its public half. */
bool show_key(gnutls_pubkey_t half, const char *name, struct buf *out);

#endif

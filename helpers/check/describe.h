/* describe.h: certificates, requests and keys as JSON objects.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_DESCRIBE_H
#define CERTCYCLE_DESCRIBE_H

#include <stdbool.h>
#include <time.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "buf.h"
#include "life.h"
#include "x509.h"

/* Adds the first certificate of CHAIN, which came from NAME, to OUT as an object
 * on a line of its own. cert-check(1) lists its members: they stay. SOON is the
 * moment from which on it is due. */
bool describe_certificate(const struct x509_list *chain, const char *name,
    const struct life *life, time_t soon, time_t now, struct buf *out);

/* The same of a request, and of a key by its public half. */
bool describe_request(gnutls_x509_crq_t csr, const char *name, struct buf *out);
bool describe_key(gnutls_pubkey_t half, const char *name, struct buf *out);

#endif

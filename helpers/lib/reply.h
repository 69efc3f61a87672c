/* reply.h: the certificates in an EST answer.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_REPLY_H
#define CERTCYCLE_REPLY_H

#include <stdbool.h>

#include "buf.h"
#include "x509.h"

/* Reads the body of an answer that came from NAME: PKCS#7 (RFC 8951) or a bare
 * certificate; base64 wrapped in any way or not at all, PEM, DER or BER. What
 * it is, it says itself: servers label it in many ways. At least one
 * certificate, or EXIT_UNTRUSTED. CERTS is freed by x509_free. */
bool reply_parse(
    const struct buf *body, const char *name, struct x509_list *certs);

/* Puts the certificate for the key of CSR first, wherever the server put it;
 * the others keep their order. A warning where there is none: who is to use
 * the certificate decides, by cert-check --match. */
bool reply_sort(struct x509_list *certs, gnutls_x509_crq_t csr);

#endif

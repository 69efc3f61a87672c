/* reply.h: the certificates in an EST answer.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_REPLY_H
#define CERTCYCLE_REPLY_H

#include <stdbool.h>

#include "buf.h"
#include "x509.h"

/* Reads the body of an answer that came from NAME: PKCS#7 (RFC 8951) or a bare
 * certificate; base64 wrapped in any way or not at all, PEM, DER or BER; with
 * line ends or a NUL behind it. What it is, it says itself: servers label it in
 * many ways. At least one certificate, or EXIT_UNTRUSTED. CERTS is freed by
 * x509_free. */
bool reply_parse(
    const struct buf *body, const char *name, struct x509_list *certs);

/* Makes a chain of CERTS, which came from NAME: first the certificate for KEY,
 * wherever the server put it, behind it who issued it, and so on, as far as
 * they are there. The others go, with a warning each. EXIT_UNTRUSTED where
 * none is for KEY. */
bool reply_chain(
    struct x509_list *certs, const struct key_id *key, const char *name);

#endif

/* answer.h: what an EST answer is good for: read, judged, made ready to print.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_ANSWER_H
#define CERTCYCLE_ANSWER_H

#include <stdbool.h>
#include <gnutls/x509.h>

#include "buf.h"
#include "est.h"

/* What was asked for, and what is to become of it. A NULL is not used. Nothing
 * is owned but TRUST, freed by x509_free_anchors. */
struct answer_order {
	enum est_operation operation;
	gnutls_x509_crq_t csr; /* whose key the certificate must have */
	const char *anchors; /* to which it must chain up: file or directory */
	gnutls_x509_trust_list_t trust; /* what answer_prepare read there */
	const char *key_out; /* where a key of the server's goes */
	bool raw; /* CSR attributes as they came */
};

/* Before anything is asked for: is the clock set by which anchors are judged, are
 * there any, which are read, and is there room for a key? EXIT_DATA, EXIT_CLOCK,
 * EXIT_LOCAL. */
bool answer_prepare(struct answer_order *order);

/* Reads BODY, which came from NAME. OUT receives what is to be printed:
 * certificates in PEM, or lines of text. A key is on disk by then. EXIT_UNTRUSTED:
 * it is not what was asked for, or it does not chain up. */
bool answer_read(const struct answer_order *order, const struct buf *body,
    const char *name, struct buf *out);

#endif

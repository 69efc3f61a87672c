/* subject.h: for whom a certificate is, or shall be.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SUBJECT_H
#define SANDBOX_SUBJECT_H

#include <stdbool.h>
#include <gnutls/x509.h>

#include "buf.h"

/* Subject and SubjectAltName as they are encoded; empty: it has none. */
struct subject {
	struct buf name;
	struct buf alternatives;
};

/* Reads those of CSR or CRT into SUBJECT, which is freed by subject_free in
 * either case. */
bool subject_of_csr(gnutls_x509_crq_t csr, struct subject *subject);
bool subject_of_crt(gnutls_x509_crt_t crt, struct subject *subject);

/* Are they the same (RFC 7030, 4.2.2), byte for byte? */
bool subject_same(const struct subject *a, const struct subject *b);

/* Frees; an empty one is nothing to do. */
void subject_free(struct subject *subject);

#endif

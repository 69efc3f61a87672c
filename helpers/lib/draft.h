/* draft.h: a certificate request in the making (RFC 2986).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_DRAFT_H
#define CERTCYCLE_DRAFT_H

#include <stdbool.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "buf.h"

/* What stands in it so far. */
struct draft {
	gnutls_x509_crq_t csr;
	struct buf subject; /* one that was copied, encoded; empty: CSR's own */
};

/* An empty one, freed by draft_free. */
bool draft_start(struct draft *draft);

/* Adds one attribute to the subject, behind those it has. NAME is one of
 * names.h. EXIT_DATA: VALUE may not stand there; EXIT_USAGE: there is no such
 * part, or it is there and may be there once only. */
bool draft_add_name(struct draft *draft, const char *name, const char *value);

/* Adds an alternative name (names.h). EXIT_DATA: TEXT is none of that TYPE. */
bool draft_add_alternative(
    struct draft *draft, gnutls_x509_subject_alt_name_t type, const char *text);

/* Copies subject and subject alternative name of CRT or CSR, byte for byte, in
 * place of a subject of its own. EXIT_DATA: it has neither. */
bool draft_copy_crt(struct draft *draft, gnutls_x509_crt_t crt);
bool draft_copy_csr(struct draft *draft, gnutls_x509_crq_t csr);

/* Asks for key usage, or extended key usage, by LIST (usage.h). */
bool draft_add_usage(struct draft *draft, const char *list);
bool draft_add_purposes(struct draft *draft, const char *list);

/* Adds PASSWORD as challengePassword (RFC 2985, 5.4.1). EXIT_DATA: over 255
 * characters, or not clean text. */
bool draft_add_challenge(struct draft *draft, const char *password);

/* Signs with KEY, verifies that signature as the request is encoded, and adds
 * the request to PEM. A wrong one fails as key_signed says. */
bool draft_sign(struct draft *draft, gnutls_privkey_t key, struct buf *pem);

/* Frees; an empty one is nothing to do. */
void draft_free(struct draft *draft);

#endif

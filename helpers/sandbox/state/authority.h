/* authority.h: the tenant's certificate authority: its key and its certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_AUTHORITY_H
#define SANDBOX_AUTHORITY_H

#include <stdbool.h>
#include <gnutls/abstract.h>

#include "x509.h"

/* The authority's certificate and key. */
struct issuer {
	struct x509_list ca;
	gnutls_privkey_t key;
};

/* Reads DIR/ca.pem and DIR/ca.key; ended by authority_close. EXIT_DATA: one is
 * missing, or none. */
bool authority_open(const char *dir, struct issuer *issuer);

/* Frees; an ISSUER that is all zero is nothing to do. */
void authority_close(struct issuer *issuer);

#endif

/* issue.h: the tenant's certificate authority.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ISSUE_H
#define SANDBOX_ISSUE_H

#include <stdbool.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "sandbox/state/faults.h"
#include "sandbox/state/store.h"
#include "x509.h"

/* The authority's certificate and key. */
struct issuer {
	struct x509_list ca;
	gnutls_privkey_t key;
};

/* Reads DIR/ca.pem and DIR/ca.key; ended by issuer_close. EXIT_DATA: one is
 * missing, or none. */
bool issuer_open(const char *dir, struct issuer *issuer);

/* Frees; an ISSUER that is all zero is nothing to do. */
void issuer_close(struct issuer *issuer);

/* One certificate to issue. */
struct issue_job {
	struct store *store;
	const struct issuer *issuer;
	const char *id; /* the device */
	const char *otp; /* is spent thereby; NULL: a renewal */
	gnutls_x509_crq_t csr;
	enum fault_kind flaw; /* flaw.h */
};

/* Signs, as a tenant does: no extensions, the serial is the time in
 * milliseconds, a year from now or the authority's end. The serial is higher
 * than any before it, and the certificate runs longer than any that the device
 * had, so that a renewal within a second is one. All of it is recorded and the
 * password spent, or nothing. CRT is freed by gnutls_x509_crt_deinit.
 * EXIT_REFUSED: the password is not the device's; EXIT_CONF: the authority
 * itself has expired. */
bool issue_certificate(const struct issue_job *job, gnutls_x509_crt_t *crt);

#endif

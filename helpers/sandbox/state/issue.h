/* issue.h: certificates for devices, signed by the tenant's CA.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ISSUE_H
#define SANDBOX_ISSUE_H

#include <stdbool.h>
#include <gnutls/x509.h>

#include "sandbox/state/authority.h"
#include "sandbox/state/faults.h"
#include "sandbox/state/store.h"

/* One certificate to issue. */
struct issue_job {
	struct store *store;
	const struct issuer *issuer;
	const char *id; /* the device */
	const char *otp; /* is spent thereby; NULL: a renewal */
	gnutls_x509_crq_t csr;
	bool usual; /* with the extensions that other CAs give */
	enum fault_kind flaw; /* flaw.h */
};

/* Signs, as a tenant does: no extensions unless USUAL or the setting wants them,
 * the serial is the time in milliseconds, a year from now or the authority's end.
 * The serial is higher than any before it, and the certificate runs longer than
 * any that the device had, so that a renewal within a second is one. All of it
 * is recorded, for the audit too, and the password spent, or nothing. CRT is
 * freed by gnutls_x509_crt_deinit. EXIT_REFUSED: the password is not the
 * device's; EXIT_CONF: the authority itself has expired, or has too short a time
 * for the setting; EXIT_DATA: what is asked for only a CA may have. */
bool issue_certificate(const struct issue_job *job, gnutls_x509_crt_t *crt);

#endif

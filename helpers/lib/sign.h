/* sign.h: a request becomes a certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_SIGN_H
#define CERTCYCLE_SIGN_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

/* How to sign. Subject and public key come from the request. */
struct sign_rules {
	gnutls_x509_crt_t issuer; /* NULL: self-signed, subject = issuer */
	gnutls_privkey_t issuer_key; /* the key that signs */
	time_t not_before;
	time_t not_after; /* cut to the issuer's own end */
	uint64_t serial; /* 0: 16 random bytes */
	bool bare; /* no extensions at all, as a tenant's CA issues */
	bool ca; /* basicConstraints CA:TRUE */
	bool authority; /* a CA by trade: keyUsage keyCertSign and cRLSign */
};

/* Signs CSR by RULES; CRT is freed by gnutls_x509_crt_deinit. EXIT_DATA: the
 * request's own signature is wrong, or the issuer's key is not that of the
 * issuer, or of the request if self-signed. */
bool sign_request(gnutls_x509_crq_t csr, const struct sign_rules *rules,
    gnutls_x509_crt_t *crt);

#endif

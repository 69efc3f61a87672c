/* sign.h: a request becomes a certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_SIGN_H
#define CERTCYCLE_SIGN_H

#include <stdbool.h>
#include <time.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <gnutls/x509-ext.h>

#include "serial.h"

/* How to sign. Subject and public key come from the request. What is NULL or 0
 * is left out or at its default. Nothing is owned. */
struct sign_rules {
	const char *name; /* where the request came from, for messages */
	gnutls_x509_crt_t issuer; /* NULL: self-signed, subject = issuer */
	gnutls_privkey_t issuer_key; /* the key that signs */
	time_t not_before;
	time_t not_after; /* cut to the issuer's own end */
	struct serial serial; /* default: 16 random bytes */
	bool bare; /* no extensions at all, as a tenant's CA issues */
	bool ca; /* basicConstraints CA:TRUE */
	bool authority; /* a CA by trade: also keyCertSign and cRLSign, unless
			 * KEY_USAGE is given */
	int path_length; /* of a CA by trade; -1: none */
	unsigned key_usage; /* GNUTLS_KEY_* */
	gnutls_x509_key_purposes_t purposes; /* extended key usage */
	bool
	    copy_usage; /* both as the request asks, where they are not given */
	gnutls_x509_crq_t names; /* has the alternative names; default: the
				  * request */
};

/* Signs CSR by RULES; CRT is freed by gnutls_x509_crt_deinit. EXIT_DATA: the
 * request's own signature is wrong; the issuer's key is not that of the issuer,
 * or of the request if self-signed; the issuer's certificate ends before this
 * one begins; or with COPY_USAGE the request asks for what only a CA has, and
 * it is to be none. */
bool sign_request(gnutls_x509_crq_t csr, const struct sign_rules *rules,
    gnutls_x509_crt_t *crt);

#endif

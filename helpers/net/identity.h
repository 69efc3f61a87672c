/* identity.h: a certificate and its key, as OpenSSL wants them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_IDENTITY_H
#define CERTCYCLE_IDENTITY_H

#include <stdbool.h>
#include <openssl/ssl.h>

#include "pair.h"

/* What a context uses of a pair for as long as it lives. */
struct identity {
	EVP_PKEY *key;
	ENGINE *engine; /* of a key on a token, or NULL */
};

/* CTX shows PAIR: the leaf, the rest of the chain, and a signature by the key.
 * A key from a file is handed over in memory; one on a token stays there, and
 * OpenSSL's engine "pkcs11" uses it, by the module that the key's URI names or
 * by those of p11-kit. OUT is freed by identity_free, on failure too.
 * EXIT_LOCAL: the engine is not installed, or the token does not let it;
 * EXIT_DATA: OpenSSL does not take the pair. */
bool identity_use(SSL_CTX *ctx, const struct pair *pair, struct identity *out);

/* Ends the session on the token; to be called after CTX and all its connections
 * are freed. Zeros are nothing to do. */
void identity_free(struct identity *identity);

/* CRT as OpenSSL has it; freed by X509_free. NULL with a fault where not. */
X509 *identity_convert(gnutls_x509_crt_t crt);

#endif

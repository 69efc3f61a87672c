/* authority.h: a CA of one's own, that signs.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_AUTHORITY_H
#define CERTCYCLE_AUTHORITY_H

#include <stdbool.h>
#include <time.h>
#include <gnutls/abstract.h>

#include "key.h"
#include "x509.h"

/* Its certificate, the first of CHAIN, whatever else stands in that file, and
 * its key. NAME is the file's and is not owned. */
struct authority {
	const char *name;
	struct x509_list chain;
	gnutls_privkey_t key;
};

/* Reads the certificates in the file CERT and the key in PLACE. USE is what it
 * shall do: GNUTLS_KEY_KEY_CERT_SIGN or GNUTLS_KEY_CRL_SIGN. EXIT_DATA: one is
 * missing or none, it is no CA's, has expired at NOW, its key usage does not
 * allow that, or they are no pair. Freed by authority_free. */
bool authority_read(const char *cert, const struct key_place *place,
    unsigned use, time_t now, struct authority *ca);

/* May it sign another CA (RFC 5280, 4.2.1.9)? LENGTH is the new one's path
 * length, -1 for none; where the CA has one, it becomes the longest that this
 * leaves. EXIT_DATA: it may not, or not with that length. */
bool authority_limits(const struct authority *ca, int *length);

/* Is each certificate of the chain the issuer of the one before it? EXIT_DATA
 * names the first that is not. */
bool authority_check_chain(const struct authority *ca);

/* Frees and wipes; one that is all zero is nothing to do. */
void authority_free(struct authority *ca);

#endif

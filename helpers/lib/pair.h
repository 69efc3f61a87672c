/* pair.h: a certificate and the key that belongs to it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PAIR_H
#define CERTCYCLE_PAIR_H

#include <stdbool.h>
#include <time.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "key.h"
#include "x509.h"

/* Both, read once, as standard input and pipes must be. CERT and PLACE say
 * where they came from, and are not owned. */
struct pair {
	const char *cert;
	struct key_place place;
	struct x509_list chain; /* the leaf first */
	gnutls_privkey_t key;
};

/* Are CERT's first certificate and KEY a pair? EXIT_DATA where they are not,
 * or where one of them is none: the TLS libraries tell such cases apart badly
 * or not at all, so they are looked at before a connection. */
bool pair_check(const char *cert, const struct key_place *key);

/* The same of CRT and KEY, which came from CERT and NAME. */
bool pair_match(gnutls_x509_crt_t crt, const char *cert, gnutls_privkey_t key,
    const char *name);

/* The same, and PAIR is both, freed by pair_close. */
bool pair_open(
    const char *cert, const struct key_place *key, struct pair *pair);

/* A warning where the leaf of PAIR is expired at NOW, or not yet valid: the
 * server decides, and may say it less plainly. */
void pair_warn(const struct pair *pair, time_t now);

/* Adds PAIR's key, which is from a file, as PKCS#8 in PEM without a passphrase:
 * for other libraries, in memory. EXIT_LOCAL: it does not leave its token. */
bool pair_print_key(const struct pair *pair, struct buf *pem);

/* Wipes and frees; a PAIR of zeros is nothing to do. */
void pair_close(struct pair *pair);

#endif

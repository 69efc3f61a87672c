/* key.h: private keys.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_KEY_H
#define CERTCYCLE_KEY_H

#include <stdbool.h>
#include <gnutls/abstract.h>

#include "buf.h"

/* SHA-256 of a SubjectPublicKeyInfo: what tells two keys apart. */
struct key_id {
	unsigned char hash[32];
};

/* The names that --new-key takes, e.g. "ec-p256 ec-p384 rsa-2048". */
const char *key_type_names(void);

bool key_type_known(const char *name);

/* Makes a new key of the type NAME. PEM receives it as PKCS#8 without
 * passphrase. KEY is freed by key_free. EXIT_USAGE: no such type. */
bool key_make(const char *name, gnutls_privkey_t *key, struct buf *pem);

/* Reads a key: PEM or DER; PKCS#8, SEC 1 or PKCS#1. EXIT_DATA names the file
 * that holds none. KEY is freed by key_free. */
bool key_read(const char *path, gnutls_privkey_t *key);

/* The id of KEY's public half. */
bool key_get_id(gnutls_privkey_t key, struct key_id *id);

/* The digest a signature by KEY should use. */
gnutls_digest_algorithm_t key_digest(gnutls_privkey_t key);

/* Are they the same key? */
bool key_id_same(const struct key_id *a, const struct key_id *b);

/* Wipes and frees; NULL is nothing to do. */
void key_free(gnutls_privkey_t key);

#endif

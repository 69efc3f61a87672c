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

/* A type of key, and the name that --new-key takes; GnuTLS packs a curve into
 * BITS (GNUTLS_CURVE_TO_BITS). */
struct key_type {
	const char *name;
	gnutls_pk_algorithm_t algorithm;
	unsigned bits;
};

/* Where a key is: a file, "-", or the PKCS#11 URI (RFC 7512) of one on a token;
 * and what opens it: the passphrase of an encrypted key, or the token's PIN.
 * NULL: nothing does, or the URI says it. Nothing is owned. */
struct key_place {
	const char *name;
	const char *passphrase;
};

/* Makes PLACE ready for all that follows: where it is a file that holds nothing
 * but the one line of a PKCS#11 URI, a reference, it becomes that URI; it gets
 * the first line of FILE as passphrase or PIN, or that which its URI holds or
 * names a file of, and that is taken out of the URI (pin.h). To be called for
 * each place that a user may name; FILE is NULL where there is none, and so may
 * PLACE's name be. TEXT, which is empty before and belongs to the caller,
 * holds what PLACE points to, and must live as long as PLACE and the key that
 * comes from it: a token may ask for its PIN at every signature. EXIT_DATA: more
 * than that one line is in a reference. */
bool key_unlock(struct key_place *place, const char *file, struct buf *text);

/* The same where TEXT holds the passphrase or PIN already, or is empty: for
 * several places that one FILE opens. */
bool key_follow(struct key_place *place, struct buf *text);

/* The names that --new-key takes, e.g. "ec-p256 ec-p384 rsa-2048". */
const char *key_type_names(void);

bool key_type_known(const char *name);

/* Makes a new key of the type TYPE. PEM receives it as PKCS#8, encrypted where
 * PASSPHRASE is not NULL. KEY is freed by key_free. EXIT_USAGE: no such type. */
bool key_generate(const char *type, const char *passphrase,
    gnutls_privkey_t *key, struct buf *pem);

/* Makes a new key of the type TYPE at PLACE, where none may be yet: in a file
 * with mode 0600, encrypted where PLACE has a passphrase, on disk before this
 * returns; or on a token. KEY is freed by key_free. EXIT_USAGE: no
 * such type; EXIT_LOCAL: it cannot be made there, or one is there. */
bool key_make(
    const struct key_place *place, const char *type, gnutls_privkey_t *key);

/* Reads a key: PEM or DER; PKCS#8, SEC 1 or PKCS#1; or finds it on its token,
 * where a PIN is tried once. EXIT_DATA names the file that holds none, or the
 * URI that no key or more than one matches; EXIT_LOCAL: the token, or its PIN.
 * KEY is freed by key_free. */
bool key_read(const struct key_place *place, gnutls_privkey_t *key);

/* The same from the text of a file that is called NAME, which a NUL ends that
 * is not counted; PASSPHRASE or NULL. For keys that are in memory. */
bool key_parse(const struct buf *text, const char *name, const char *passphrase,
    gnutls_privkey_t *key);

/* KEY's public half, freed by gnutls_pubkey_deinit. */
bool key_half(gnutls_privkey_t key, gnutls_pubkey_t *half);

/* The id of KEY's public half. */
bool key_get_id(gnutls_privkey_t key, struct key_id *id);

/* The digest a signature by KEY should use. */
gnutls_digest_algorithm_t key_digest(gnutls_privkey_t key);

/* Is RC, what GnuTLS returned of a signature by KEY, no error? EXIT_LOCAL: its
 * token does not sign; EXIT_DATA: the key in the file is broken. */
bool key_signed(gnutls_privkey_t key, int rc);

/* Are they the same key? */
bool key_id_same(const struct key_id *a, const struct key_id *b);

/* Wipes and frees; NULL is nothing to do. */
void key_free(gnutls_privkey_t key);

#endif

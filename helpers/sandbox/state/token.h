/* token.h: the tenant's access tokens for devices (RFC 7519).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_TOKEN_H
#define SANDBOX_TOKEN_H

#include <stdbool.h>
#include <time.h>
#include <rhonabwy.h>

#include "buf.h"
#include "sandbox/state/store.h"

/* Who issues them, and for whom: a tenant's domain and its id. */
#define TOKEN_DOMAIN "localhost"
#define TOKEN_TENANT "t1000"

/* The tenant option that says how long they are good, in seconds. */
#define TOKEN_LIFE_CATEGORY "oauth.internal"
#define TOKEN_LIFE_KEY "device-token.lifespan.seconds"

enum {
	TOKEN_LIFE = 3600,
	TOKEN_LIFE_LEAST = 300,
	TOKEN_LIFE_MOST = 366 * 24 * 60 * 60
};

/* Both halves of the key that signs tokens. */
struct token_key {
	jwk_t *secret;
	jwk_t *open;
};

/* Reads DIR/jwt.key, an RSA key in PEM. KEY is ended by token_close. EXIT_DATA:
 * it is missing, or none. */
bool token_open(const char *dir, struct token_key *key);

/* Frees; a KEY that is all zero is nothing to do. */
void token_close(struct token_key *key);

/* Adds a token for the device ID to OUT, good from NOW on for as long as the
 * option in STORE says. */
bool token_make(const struct token_key *key, struct store *store,
    const char *id, time_t now, struct buf *out);

/* Is TEXT a token of KEY's, and good at this moment? ID then receives its
 * device. EXIT_UNTRUSTED with the reason where not. */
bool token_check(const struct token_key *key, const char *text, struct buf *id);

#endif

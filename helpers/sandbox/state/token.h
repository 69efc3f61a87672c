/* token.h: the tenant's access tokens for devices (RFC 7519).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_TOKEN_H
#define SANDBOX_TOKEN_H

#include <stdbool.h>
#include <time.h>
#include <rhonabwy.h>

#include "buf.h"

/* Who issues them, and for whom: a tenant's domain and its id. */
#define TOKEN_DOMAIN "localhost"
#define TOKEN_TENANT "t1000"

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

/* Adds a token for the device ID to OUT, good for an hour from NOW on. */
bool token_make(
    const struct token_key *key, const char *id, time_t now, struct buf *out);

/* Is TEXT a token of KEY's, and good at this moment? ID then receives its
 * device. EXIT_UNTRUSTED with the reason where not. */
bool token_check(const struct token_key *key, const char *text, struct buf *id);

#endif

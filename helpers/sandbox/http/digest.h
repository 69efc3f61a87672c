/* digest.h: Digest authentication (RFC 7616): qop "auth", MD5 and SHA-256.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_DIGEST_H
#define SANDBOX_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

enum { DIGEST_SECRET = 32 };

/* What a server keeps to itself: a nonce is the time and its HMAC by SECRET, so
 * that none has to be remembered. */
struct digest_rules {
	const char *realm; /* without quotes in it */
	const unsigned char *secret; /* DIGEST_SECRET random bytes */
	int64_t now; /* seconds since 1970 */
	int64_t life; /* of a nonce, in seconds */
};

enum digest_part {
	DIGEST_NAME,
	DIGEST_REALM,
	DIGEST_NONCE,
	DIGEST_URI,
	DIGEST_RESPONSE,
	DIGEST_ALGORITHM,
	DIGEST_CNONCE,
	DIGEST_QOP,
	DIGEST_NC,
	DIGEST_PARTS
};

/* What the client says of itself: the parts that are known, without quotes. */
struct digest_login {
	struct buf part[DIGEST_PARTS];
};

enum digest_verdict {
	DIGEST_RIGHT,
	DIGEST_WRONG,
	DIGEST_STALE /* it knows the password; its nonce is too old, or not
		      * ours */
};

/* Adds the value of a WWW-Authenticate header with a new nonce, for ALGORITHM
 * "MD5" or "SHA-256". STALE: the client need not ask for a password again. */
bool digest_ask(const struct digest_rules *rules, const char *algorithm,
    bool stale, struct buf *out);

/* Takes apart what stands behind "Digest" in an Authorization header. EXIT_DATA:
 * it is not well-formed, or a part is missing or there twice. Freed by
 * digest_free, in either case. */
bool digest_parse(const char *text, struct digest_login *login);

/* Does LOGIN fit PASSWORD, for a request with METHOD of URI, which is the
 * request's target as it was sent? */
bool digest_check(const struct digest_rules *rules,
    const struct digest_login *login, const char *method, const char *uri,
    const char *password, enum digest_verdict *verdict);

/* Frees; an empty one is nothing to do. */
void digest_free(struct digest_login *login);

#endif

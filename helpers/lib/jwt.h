/* jwt.h: the access token (RFC 7519) that a tenant hands out.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_JWT_H
#define CERTCYCLE_JWT_H

#include <stdbool.h>
#include <time.h>

#include "buf.h"

/* Takes "accessToken" out of the JSON object in BODY, which came from NAME.
 * EXIT_UNTRUSTED where there is none. */
bool jwt_from_json(const struct buf *body, const char *name, struct buf *token);

/* Takes the token out of a SmartREST answer "71,<token>". EXIT_REFUSED for a
 * 41, the tenant's "no", with its words; EXIT_UNTRUSTED for all else. */
bool jwt_from_smartrest(
    const struct buf *answer, const char *name, struct buf *token);

/* Is TOKEN of the form of a JWT with claims that can be read, and not expired
 * at NOW? EXIT_UNTRUSTED where not. Its signature is for the server to judge;
 * the token itself is in no message. */
bool jwt_check(const struct buf *token, time_t now);

#endif

/* jwt.h: the access token (RFC 7519) that a tenant hands out.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_JWT_H
#define CERTCYCLE_JWT_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "buf.h"

/* No token is longer: what is, is none. A tenant's is of some 800 bytes, and
 * its broker takes messages of up to 16184. */
enum { JWT_LIMIT = 16384 };

/* Takes "accessToken" out of the JSON object in BODY, which came from NAME.
 * EXIT_UNTRUSTED where there is none. */
bool jwt_from_json(const struct buf *body, const char *name, struct buf *token);

/* Takes the token out of a SmartREST answer of LEN bytes, "71,<token>".
 * EXIT_REFUSED for a 41, the tenant's "no", with its words; EXIT_UNTRUSTED for
 * all else, of which no word is repeated. */
bool jwt_from_smartrest(
    const void *answer, size_t len, const char *name, struct buf *token);

/* Is TOKEN of the form of a JWT with claims that can be read, and valid at NOW
 * (exp, nbf; SPAN_SKEW either way)? EXIT_UNTRUSTED where not. CLAIMS, which is
 * empty before, receives them as one line of JSON; NULL: they are not wanted.
 * The signature is for the server to judge; the token itself is in no message. */
bool jwt_check(const struct buf *token, time_t now, struct buf *claims);

#endif

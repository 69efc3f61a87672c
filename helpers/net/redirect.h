/* redirect.h: where a redirect may lead.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_REDIRECT_H
#define CERTCYCLE_REDIRECT_H

#include <stdbool.h>

#include "buf.h"

/* Redirects that are followed, one after the other. */
enum { REDIRECT_LIMIT = 5 };

/* Is STATUS a redirect that can be followed with its method and its body? 303
 * makes a GET of all, so it is one for a GET alone. */
bool redirect_is(long status, bool with_body);

/* Adds URL to OUT without a user and a password: libcurl puts ours into what it
 * makes of a relative Location, and one that the server names is not ours.
 * Nothing is added for what is no URL. */
bool redirect_plain(const char *url, struct buf *out);

/* Are FROM and TO of the same origin: scheme, host and port (RFC 6454, 5)?
 * EXIT_UNTRUSTED: TO is not https. */
bool redirect_check(const char *from, const char *to, bool *same);

#endif

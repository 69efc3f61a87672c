/* who.h: who asks the plain EST server for a certificate (RFC 7030, 3.2.3,
 * 3.3.2).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_WHO_H
#define SANDBOX_WHO_H

#include <stdbool.h>

#include "buf.h"
#include "sandbox/http/exchange.h"
#include "x509.h"

struct who {
	struct buf
	    id; /* the device that a certificate may be for; empty: any */
	struct buf otp; /* to be spent by it; empty: none */
	struct x509_list chain; /* what was shown, and is trusted; or empty */
};

/* Finds out: a password by Basic or Digest, a Bearer token of the tenant's, a
 * certificate of an anchor that is enabled, or a login and a certificate
 * together. What is wrong with a login is refused with 401. RENEWAL: nobody is
 * let in without any of them, whatever the setting est.login says. WHO is
 * freed by who_free, in either case. */
bool who_asks(struct exchange *x, bool renewal, struct who *who);

/* Refuses with 401, and says by which schemes one may log in. Always false. */
bool who_refuse(struct exchange *x, const char *text);

/* Frees; an empty one is nothing to do. */
void who_free(struct who *who);

#endif

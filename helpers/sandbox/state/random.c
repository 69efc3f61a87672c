/* random.c: random text for passwords and tokens.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gnutls/crypto.h>

#include "sandbox/state/random.h"
#include "x509.h"

bool
random_text(size_t count, struct buf *out)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789";
	const unsigned char choice = sizeof letters - 1;
	unsigned char byte;

	while (count > 0) {
		if (!x509_ok(gnutls_rnd(GNUTLS_RND_KEY, &byte, 1), "random"))
			return false;
		/* what is left above a multiple of 62 would favour the first
		 * letters */
		if (byte >= 256 / choice * choice)
			continue;
		if (!buf_add(out, &letters[byte % choice], 1))
			return false;
		count--;
	}
	return true;
}

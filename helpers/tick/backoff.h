/* backoff.h: how long the issuer is left alone after a failure.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_BACKOFF_H
#define CERTCYCLE_BACKOFF_H

#include <stdint.h>

/* All in seconds. */
struct backoff {
	int64_t first; /* after the first failure; twice as long after each */
	int64_t longest;
	int64_t failures; /* in a row; 1 or more */
	int64_t left; /* of the certificate's life; 0 or less: none, or gone */
	int64_t after; /* what the server asked for; 0: nothing */
	int share; /* of the device (spread.h) */
};

/* The pause. With life left it is a tenth of that at most, and half of it where
 * the server asked for more; a device's share of a quarter comes on top. */
int64_t backoff_pause(const struct backoff *backoff);

#endif

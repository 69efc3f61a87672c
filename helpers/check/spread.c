/* spread.c: devices of one day are not due on one day.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gnutls/crypto.h>

#include "spread.h"

int
spread_share(gnutls_x509_crt_t crt)
{
	gnutls_datum_t dn = { NULL, 0 };
	unsigned char hash[32];
	int share = 0;

	if (gnutls_x509_crt_get_raw_dn(crt, &dn) < 0)
		return 0;
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, dn.data, dn.size, hash) == 0)
		share = (hash[0] << 16 | hash[1] << 8 | hash[2]) >> 4;
	gnutls_free(dn.data);
	return share;
}

time_t
spread_start(const struct window *window, const struct window *spread,
    int share, const struct life *life)
{
	time_t start = window_start(window, life->from, life->until);
	int64_t most = ((int64_t)start - life->from) / 2;
	int64_t width = (int64_t)life->until -
			window_start(spread, life->from, life->until);

	/* all of a fleet at half its life is no spread either */
	if (width > most)
		width = most;
	if (width <= 0)
		return start;
	return start - (time_t)(width / SPREAD_ONE * share +
				width % SPREAD_ONE * share / SPREAD_ONE);
}

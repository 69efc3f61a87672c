/* peers.c: the certificates that a client has shown in the TLS handshake.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <gnutls/gnutls.h>

#include "fault.h"
#include "sandbox/http/peers.h"

bool
peers_read(const struct exchange *x, struct x509_list *chain)
{
	unsigned count = 0;
	const gnutls_datum_t *ders =
	    gnutls_certificate_get_peers(x->tls, &count);

	*chain = (struct x509_list){ NULL, 0 };
	if (ders == NULL || count == 0)
		return true;
	chain->crt = calloc(count, sizeof(gnutls_x509_crt_t));
	if (chain->crt == NULL)
		return fault_memory();
	for (; chain->count < count; chain->count++) {
		gnutls_x509_crt_t *crt = &chain->crt[chain->count];

		if (gnutls_x509_crt_init(crt) < 0)
			return fault_memory();
		if (!x509_ok(gnutls_x509_crt_import(*crt, &ders[chain->count],
				 GNUTLS_X509_FMT_DER),
			"client certificate")) {
			gnutls_x509_crt_deinit(*crt);
			return false;
		}
	}
	return true;
}

/* x509-token.c: certificates on a token (PKCS#11).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "exit.h"
#include "fault.h"
#include "pkcs11.h"
#include "slot.h"
#include "x509-token.h"

static bool
load_module(const char *name)
{
	P11KitUri *uri = NULL;
	bool ok = slot_parse(name, &uri) && slot_load(name, uri);

	p11_kit_uri_free(uri);
	return ok;
}

bool
x509_read_any(const char *name, struct x509_list *out)
{
	int rc;

	if (!pkcs11_is_uri(name))
		return x509_read(name, out);
	*out = (struct x509_list){ 0 };
	if (!load_module(name))
		return false;
	out->crt = gnutls_calloc(1, sizeof *out->crt);
	if (out->crt == NULL || gnutls_x509_crt_init(out->crt) < 0) {
		x509_free(out);
		return fault_memory();
	}
	out->count = 1;
	rc = gnutls_x509_crt_import_url(out->crt[0], name, 0);
	if (rc == 0)
		return true;
	x509_free(out);
	return fault(EXIT_DATA, "%s: no such certificate: %s", name,
	    gnutls_strerror(rc));
}

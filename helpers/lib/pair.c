/* pair.c: a certificate and the key that belongs to it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "exit.h"
#include "fault.h"
#include "key.h"
#include "pair.h"
#include "pkcs11.h"
#include "x509.h"

/* The leaf of CERT: the first of a file, or the one that a PKCS#11 URI names. */
static bool
read_leaf(const char *cert, struct x509_list *list)
{
	int rc;

	if (!pkcs11_is_uri(cert))
		return x509_read(cert, list);
	if (!x509_start())
		return false;
	list->crt = gnutls_calloc(1, sizeof *list->crt);
	if (list->crt == NULL || gnutls_x509_crt_init(list->crt) < 0)
		return fault_memory();
	list->count = 1;
	rc = gnutls_x509_crt_import_url(list->crt[0], cert, 0);
	return x509_ok(rc, cert);
}

bool
pair_check(const char *cert, const struct key_place *key)
{
	struct x509_list list = { 0 };
	gnutls_privkey_t private = NULL;
	struct key_id of_cert;
	struct key_id of_key;
	bool ok = false;

	if (!read_leaf(cert, &list) || !key_read(key, &private) ||
	    !x509_key_id(list.crt[0], &of_cert) ||
	    !key_get_id(private, &of_key))
		goto out;
	ok = key_id_same(&of_cert, &of_key) ||
	     fault(EXIT_DATA, "%s: does not match the key in %s", cert,
		 key->name);
out:
	key_free(private);
	x509_free(&list);
	return ok;
}

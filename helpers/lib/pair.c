/* pair.c: a certificate and the key that belongs to it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "exit.h"
#include "fault.h"
#include "key.h"
#include "pair.h"
#include "x509.h"

bool
pair_match(gnutls_x509_crt_t crt, const char *cert, gnutls_privkey_t key,
    const char *name)
{
	struct key_id of_cert;
	struct key_id of_key;

	if (!x509_key_id(crt, &of_cert) || !key_get_id(key, &of_key))
		return false;
	return key_id_same(&of_cert, &of_key) ||
	       fault(EXIT_DATA, "%s: does not match the key in %s", cert, name);
}

bool
pair_check(const char *cert, const struct key_place *key)
{
	struct x509_list list = { 0 };
	gnutls_privkey_t private = NULL;
	bool ok;

	ok = x509_read(cert, &list) && key_read(key, &private) &&
	     pair_match(list.crt[0], cert, private, key->name);
	key_free(private);
	x509_free(&list);
	return ok;
}

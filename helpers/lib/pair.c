/* pair.c: a certificate and the key that belongs to it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "exit.h"
#include "fault.h"
#include "key.h"
#include "pair.h"
#include "x509.h"
#include "x509-token.h"

bool
pair_check(const char *cert, const struct key_place *key)
{
	struct x509_list list = { 0 };
	gnutls_privkey_t private = NULL;
	struct key_id of_cert;
	struct key_id of_key;
	bool ok = false;

	if (!x509_read_any(cert, &list) || !key_read(key, &private) ||
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

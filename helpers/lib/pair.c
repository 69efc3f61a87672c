/* pair.c: a certificate and the key that belongs to it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gnutls/crypto.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "key.h"
#include "msg.h"
#include "pair.h"
#include "span.h"
#include "x509.h"
#include "x509-token.h"

bool
pair_match(gnutls_x509_crt_t crt, const char *cert, gnutls_privkey_t key,
    const char *name)
{
	struct key_id of_cert;
	struct key_id of_key;

	if (!x509_key_id(crt, &of_cert) || !key_get_id(key, &of_key))
		return false;
	return key_id_same(&of_cert, &of_key) ||
	       fault(EXIT_DATA, "%s: does not match the key in %s",
		   file_name(cert), file_name(name));
}

bool
pair_open(const char *cert, const struct key_place *key, struct pair *pair)
{
	*pair = (struct pair){ .cert = cert, .place = *key };
	if (x509_read_any(cert, &pair->chain) && key_read(key, &pair->key) &&
	    pair_match(pair->chain.crt[0], cert, pair->key, key->name))
		return true;
	pair_close(pair);
	return false;
}

bool
pair_check(const char *cert, const struct key_place *key)
{
	struct pair pair;

	if (!pair_open(cert, key, &pair))
		return false;
	pair_close(&pair);
	return true;
}

void
pair_warn(const struct pair *pair, time_t now)
{
	time_t born = gnutls_x509_crt_get_activation_time(pair->chain.crt[0]);
	time_t end = gnutls_x509_crt_get_expiration_time(pair->chain.crt[0]);
	struct buf span = { 0 };

	if (end < now && span_print(now - end, &span))
		msg_warn("%s: expired since %s, by the clock of this machine",
		    pair->cert, buf_text(&span));
	else if (born > now && span_print(born - now, &span))
		msg_warn("%s: not valid yet, but in %s, by the clock of this "
			 "machine",
		    pair->cert, buf_text(&span));
	buf_free(&span);
}

bool
pair_print_key(const struct pair *pair, struct buf *pem)
{
	gnutls_x509_privkey_t plain = NULL;
	gnutls_datum_t text = { NULL, 0 };
	bool ok;
	int rc;

	if ((rc = gnutls_privkey_export_x509(pair->key, &plain)) == 0)
		rc = gnutls_x509_privkey_export2_pkcs8(
		    plain, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &text);
	ok = rc < 0 ? fault(EXIT_LOCAL, "%s: %s", pair->place.name,
			  gnutls_strerror(rc))
		    : buf_add(pem, text.data, text.size);
	if (text.data != NULL)
		gnutls_memset(text.data, 0, text.size);
	gnutls_free(text.data);
	if (plain != NULL)
		gnutls_x509_privkey_deinit(plain);
	return ok;
}

void
pair_close(struct pair *pair)
{
	key_free(pair->key);
	x509_free(&pair->chain);
	*pair = (struct pair){ 0 };
}

/* pop.c: proof that who asks holds the key of the request (RFC 7030, 3.5).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "csr.h"
#include "exit.h"
#include "fault.h"
#include "pop.h"
#include "x509.h"

static bool
check_key(gnutls_x509_crq_t csr, gnutls_privkey_t key, const char *name)
{
	struct key_id asked;
	struct key_id ours;

	return csr_key_id(csr, &asked) && key_get_id(key, &ours) &&
	       (key_id_same(&asked, &ours) ||
		   fault(EXIT_DATA,
		       "%s: not the key of the request: the server wants proof "
		       "of possession, which takes that key",
		       name));
}

/* One that stands there already is not ours to replace. */
static bool
check_free(gnutls_x509_crq_t csr)
{
	size_t size = 0;
	int rc = gnutls_x509_crq_get_challenge_password(csr, NULL, &size);

	if (rc != 0 && rc != GNUTLS_E_SHORT_MEMORY_BUFFER)
		return true;
	return fault(EXIT_DATA,
	    "request: it has a challengePassword, where the server wants the "
	    "proof of possession");
}

/* Adds BINDING in base64, on one line. */
static bool
set_proof(gnutls_x509_crq_t csr, const struct buf *binding)
{
	gnutls_datum_t from = { binding->data, (unsigned)binding->len };
	gnutls_datum_t text = { NULL, 0 };
	bool ok;

	/* it ends with a NUL that it does not count */
	ok = x509_ok(gnutls_base64_encode2(&from, &text), "tls-unique") &&
	     x509_ok(
		 gnutls_x509_crq_set_challenge_password(csr, (char *)text.data),
		 "challengePassword");
	gnutls_free(text.data);
	return ok;
}

bool
pop_sign(const struct buf *der, const struct key_place *place,
    const struct buf *binding, struct buf *out)
{
	gnutls_x509_crq_t csr = NULL;
	gnutls_privkey_t key = NULL;
	gnutls_datum_t made = { NULL, 0 };
	struct buf pem = { 0 };
	bool ok;

	ok = csr_parse(der->data, der->len, "request", &csr) &&
	     key_read(place, &key) && check_key(csr, key, place->name) &&
	     check_free(csr) && set_proof(csr, binding) &&
	     csr_sign(csr, key, &pem) &&
	     x509_ok(gnutls_x509_crq_export2(csr, GNUTLS_X509_FMT_DER, &made),
		 "request") &&
	     buf_add(out, made.data, made.size);
	gnutls_free(made.data);
	buf_free(&pem);
	key_free(key);
	csr_free(csr);
	return ok;
}

/* csr.c: certificate requests (RFC 2986).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gnutls/crypto.h>

#include "csr.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "x509.h"

bool
csr_parse(
    const void *data, size_t len, const char *name, gnutls_x509_crq_t *csr)
{
	gnutls_datum_t datum = { (void *)data, (unsigned)len };

	*csr = NULL;
	if (!x509_start())
		return false;
	if (gnutls_x509_crq_init(csr) < 0)
		return fault_memory();
	if (gnutls_x509_crq_import(*csr, &datum, GNUTLS_X509_FMT_PEM) == 0 ||
	    gnutls_x509_crq_import(*csr, &datum, GNUTLS_X509_FMT_DER) == 0)
		return true;
	csr_free(*csr);
	*csr = NULL;
	return fault(EXIT_DATA, "%s: not a certificate request", name);
}

bool
csr_verify(gnutls_x509_crq_t csr)
{
	return x509_ok(
	    gnutls_x509_crq_verify(csr, 0), "request: its own signature");
}

bool
csr_read(const char *path, gnutls_x509_crq_t *csr)
{
	struct buf text = { 0 };
	bool ok;

	*csr = NULL;
	ok = file_read(path, &text) &&
	     csr_parse(text.data, text.len, file_name(path), csr);
	buf_free(&text);
	return ok;
}

/* GnuTLS 3.7 tries with a key that is for agreement only, and leaks. */
static bool
can_sign(gnutls_privkey_t key)
{
	int algorithm = gnutls_privkey_get_pk_algorithm(key, NULL);

	return gnutls_pk_to_sign((gnutls_pk_algorithm_t)algorithm,
		   key_digest(key)) != GNUTLS_SIGN_UNKNOWN ||
	       fault(EXIT_DATA, "a key that signs nothing: %s",
		   gnutls_pk_get_name((gnutls_pk_algorithm_t)algorithm));
}

bool
csr_seal(gnutls_x509_crq_t csr, gnutls_privkey_t key)
{
	gnutls_pubkey_t half = NULL;
	bool ok;

	ok = can_sign(key) && key_half(key, &half) &&
	     x509_ok(gnutls_x509_crq_set_pubkey(csr, half), "request") &&
	     key_signed(key,
		 gnutls_x509_crq_privkey_sign(csr, key, key_digest(key), 0));
	if (half != NULL)
		gnutls_pubkey_deinit(half);
	return ok;
}

bool
csr_print(gnutls_x509_crq_t csr, gnutls_privkey_t key, struct buf *pem)
{
	gnutls_datum_t der = { NULL, 0 };
	gnutls_datum_t text = { NULL, 0 };
	bool ok;

	/* a token may be wrong about its own key, or sign in another way than
	 * the request says; GnuTLS would label it NEW CERTIFICATE REQUEST: RFC
	 * 7468 has the shorter one */
	ok = key_signed(key, gnutls_x509_crq_verify(csr, 0)) &&
	     x509_ok(gnutls_x509_crq_export2(csr, GNUTLS_X509_FMT_DER, &der),
		 "request") &&
	     x509_ok(
		 gnutls_pem_base64_encode2("CERTIFICATE REQUEST", &der, &text),
		 "request") &&
	     buf_add(pem, text.data, text.size);
	/* a challenge password is in it */
	if (text.data != NULL)
		gnutls_memset(text.data, 0, text.size);
	if (der.data != NULL)
		gnutls_memset(der.data, 0, der.size);
	gnutls_free(text.data);
	gnutls_free(der.data);
	return ok;
}

bool
csr_sign(gnutls_x509_crq_t csr, gnutls_privkey_t key, struct buf *pem)
{
	return csr_seal(csr, key) && csr_print(csr, key, pem);
}

bool
csr_key_id(gnutls_x509_crq_t csr, struct key_id *id)
{
	size_t size = sizeof id->hash;

	return x509_ok(gnutls_x509_crq_get_key_id(
			   csr, GNUTLS_KEYID_USE_SHA256, id->hash, &size),
	    "request");
}

bool
csr_common_name(gnutls_x509_crq_t csr, struct buf *out)
{
	struct buf name = { 0 };
	size_t size = 0;
	bool ok = false;
	int rc;

	rc = gnutls_x509_crq_get_dn_by_oid(
	    csr, GNUTLS_OID_X520_COMMON_NAME, 0, 0, NULL, &size);
	if (rc == GNUTLS_E_SHORT_MEMORY_BUFFER && buf_room(&name, size))
		rc = gnutls_x509_crq_get_dn_by_oid(
		    csr, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name.data, &size);
	ok = x509_ok(rc, "request: no common name") &&
	     x509_unescape((char *)name.data, out);
	buf_free(&name);
	return ok;
}

void
csr_free(gnutls_x509_crq_t csr)
{
	if (csr != NULL)
		gnutls_x509_crq_deinit(csr);
}

/* keypair.c: keys that the plain EST server makes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gnutls/gnutls.h>

#include "csr.h"
#include "draft.h"
#include "key.h"
#include "sandbox/est/keypair.h"
#include "sandbox/est/plain.h"

#define BOUNDARY "certcycle-sandbox"

bool
keypair_check(struct exchange *x, gnutls_x509_crq_t csr)
{
	/* DecryptKeyIdentifier, AsymmetricDecryptKeyIdentifier */
	static const char *const oids[] = { "1.2.840.113549.1.9.16.2.37",
		"1.2.840.113549.1.9.16.2.54" };

	for (int i = 0; i < 2; i++) {
		size_t size = 0;

		if (gnutls_x509_crq_get_attribute_by_oid(csr, oids[i], 0, NULL,
			&size) != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			return plain_refuse(x, 400,
			    "The request wants its key encrypted, which this "
			    "server does not do.");
	}
	return true;
}

/* The name of the kind of key that CSR has, as key_generate takes it. */
static bool
name_kind(gnutls_x509_crq_t csr, struct buf *out)
{
	unsigned bits = 0;
	int algorithm = gnutls_x509_crq_get_pk_algorithm(csr, &bits);
	bool ok;

	if (algorithm == GNUTLS_PK_EDDSA_ED25519)
		return buf_print(out, "ed25519");
	ok = buf_print(
	    out, "%s%u", algorithm == GNUTLS_PK_RSA ? "rsa-" : "ec-p", bits);
	if (ok && !key_type_known(buf_text(out))) {
		buf_free(out);
		ok = buf_print(out, "ec-p256");
	}
	return ok;
}

bool
keypair_make(gnutls_x509_crq_t *csr, struct buf *pem)
{
	gnutls_x509_crq_t made = NULL;
	gnutls_privkey_t key = NULL;
	struct draft draft = { 0 };
	struct buf kind = { 0 };
	struct buf text = { 0 };
	bool ok;

	ok = name_kind(*csr, &kind) &&
	     key_generate(buf_text(&kind), NULL, &key, pem) &&
	     draft_start(&draft) && draft_copy_csr(&draft, *csr) &&
	     draft_sign(&draft, key, &text) &&
	     csr_parse(text.data, text.len, "request", &made);
	if (ok) {
		csr_free(*csr);
		*csr = made;
	}
	draft_free(&draft);
	key_free(key);
	buf_free(&kind);
	buf_free(&text);
	return ok;
}

/* Adds one part of a multipart body (RFC 2046, 5.1). */
static bool
add_part(struct exchange *x, const char *media, const void *data, size_t len,
    struct buf *out)
{
	return buf_print(out,
		   "--" BOUNDARY "\r\nContent-Type: %s\r\n"
		   "Content-Transfer-Encoding: base64\r\n\r\n",
		   media) &&
	       plain_print(x, data, len, out) && buf_print(out, "\r\n");
}

static bool
add_key(struct exchange *x, const struct buf *pem, struct buf *out)
{
	gnutls_datum_t text = { pem->data, (unsigned)pem->len };
	gnutls_datum_t der = { NULL, 0 };
	bool ok;

	ok = x509_ok(gnutls_pem_base64_decode2("PRIVATE KEY", &text, &der),
		 "key") &&
	     add_part(x, "application/pkcs8", der.data, der.size, out);
	if (der.data != NULL)
		gnutls_memset(der.data, 0, der.size);
	gnutls_free(der.data);
	return ok;
}

bool
keypair_answer(struct exchange *x, const struct buf *pem, gnutls_x509_crt_t crt)
{
	struct x509_list list = { &crt, 1 };
	struct buf der = { 0 };
	struct buf body = { 0 };
	bool ok;

	ok = plain_pack(&list, &der) && add_key(x, pem, &body) &&
	     add_part(x, PLAIN_CERTS, der.data, der.len, &body) &&
	     buf_print(&body, "--" BOUNDARY "--\r\n") &&
	     exchange_answer(x, 200, "multipart/mixed; boundary=" BOUNDARY,
		 body.data, body.len);
	buf_free(&der);
	buf_free(&body);
	return ok;
}

/* reply.c: the certificates in an EST answer.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/pkcs7.h>

#include "csr.h"
#include "exit.h"
#include "fault.h"
#include "msg.h"
#include "reply.h"

/* Takes the certificates out of PKCS7, in its order. */
static bool
take_all(gnutls_pkcs7_t pkcs7, struct x509_list *certs)
{
	int count = gnutls_pkcs7_get_crt_count(pkcs7);

	if (count <= 0)
		return false;
	certs->crt = gnutls_calloc((size_t)count, sizeof *certs->crt);
	if (certs->crt == NULL)
		return false;
	for (int i = 0; i < count; i++) {
		gnutls_datum_t der = { NULL, 0 };
		int rc = gnutls_pkcs7_get_crt_raw2(pkcs7, (unsigned)i, &der);

		if (rc == 0)
			rc = gnutls_x509_crt_init(&certs->crt[certs->count]);
		if (rc == 0)
			rc = gnutls_x509_crt_import(certs->crt[certs->count++],
			    &der, GNUTLS_X509_FMT_DER);
		gnutls_free(der.data);
		if (rc < 0)
			return false;
	}
	return true;
}

static bool
parse_pkcs7(const gnutls_datum_t *data, gnutls_x509_crt_fmt_t format,
    struct x509_list *certs)
{
	gnutls_pkcs7_t pkcs7 = NULL;
	bool ok;

	*certs = (struct x509_list){ 0 };
	ok = gnutls_pkcs7_init(&pkcs7) == 0 &&
	     gnutls_pkcs7_import(pkcs7, data, format) == 0 &&
	     take_all(pkcs7, certs);
	if (pkcs7 != NULL)
		gnutls_pkcs7_deinit(pkcs7);
	if (!ok)
		x509_free(certs);
	return ok;
}

static bool
parse_any(const gnutls_datum_t *data, const char *name, struct x509_list *certs)
{
	return parse_pkcs7(data, GNUTLS_X509_FMT_DER, certs) ||
	       parse_pkcs7(data, GNUTLS_X509_FMT_PEM, certs) ||
	       x509_parse(data->data, data->size, name, certs);
}

bool
reply_parse(const struct buf *body, const char *name, struct x509_list *certs)
{
	gnutls_datum_t raw = { (void *)buf_text(body), (unsigned)body->len };
	gnutls_datum_t bare = { NULL, 0 };
	bool ok;

	ok = parse_any(&raw, name, certs);
	if (!ok && gnutls_base64_decode2(&raw, &bare) == 0)
		ok = parse_any(&bare, name, certs);
	gnutls_free(bare.data);
	return ok || fault(EXIT_UNTRUSTED,
			 "%s: no certificate in the answer of %zu bytes", name,
			 body->len);
}

bool
reply_sort(struct x509_list *certs, gnutls_x509_crq_t csr)
{
	struct key_id asked;
	struct key_id got;

	if (!csr_key_id(csr, &asked))
		return false;
	for (unsigned i = 0; i < certs->count; i++) {
		gnutls_x509_crt_t leaf = certs->crt[i];

		if (!x509_key_id(leaf, &got))
			return false;
		if (!key_id_same(&asked, &got))
			continue;
		memmove(certs->crt + 1, certs->crt, i * sizeof *certs->crt);
		certs->crt[0] = leaf;
		return true;
	}
	msg_warn("the answer has no certificate for the request's key");
	return true;
}

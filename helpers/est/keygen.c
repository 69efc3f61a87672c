/* keygen.c: a key and its certificate, both made by a server (RFC 7030, 4.4).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gnutls/x509.h>

#include "base64.h"
#include "exit.h"
#include "fault.h"
#include "keygen.h"
#include "multipart.h"
#include "reply.h"

/* Adds KEY to OUT in PKCS#8, PEM. */
static bool
print_key(gnutls_x509_privkey_t key, struct buf *out)
{
	gnutls_datum_t text = { NULL, 0 };
	bool ok;

	if (gnutls_x509_privkey_export2_pkcs8(
		key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &text) < 0)
		return false;
	ok = buf_add(out, text.data, text.size);
	gnutls_memset(text.data, 0, text.size);
	gnutls_free(text.data);
	return ok;
}

/* PEM or DER, whatever form the key has in it. */
static bool
import_key(const void *data, size_t len, struct keygen *made)
{
	gnutls_datum_t datum = { (void *)data, (unsigned)len };
	gnutls_x509_privkey_t key = NULL;
	size_t size = sizeof made->id.hash;
	bool ok;

	if (!x509_start() || gnutls_x509_privkey_init(&key) < 0)
		return false;
	ok = (gnutls_x509_privkey_import2(
		  key, &datum, GNUTLS_X509_FMT_PEM, NULL, 0) == 0 ||
		 gnutls_x509_privkey_import2(
		     key, &datum, GNUTLS_X509_FMT_DER, NULL, 0) == 0) &&
	     gnutls_x509_privkey_get_key_id(
		 key, GNUTLS_KEYID_USE_SHA256, made->id.hash, &size) == 0 &&
	     print_key(key, &made->key_pem);
	gnutls_x509_privkey_deinit(key);
	return ok;
}

static bool
take_key(
    const struct multipart_part *part, const char *name, struct keygen *made)
{
	struct buf bare = { 0 };
	bool ok;

	if (made->key_pem.len > 0)
		return fault(
		    EXIT_UNTRUSTED, "%s: two keys in the answer", name);
	ok = import_key(part->data, part->len, made) ||
	     (base64_read(part->data, part->len, &bare) &&
		 import_key(bare.data, bare.len, made));
	buf_free(&bare);
	return ok || fault(EXIT_UNTRUSTED,
			 "%s: no private key in the answer's part that should "
			 "be one",
			 name);
}

static bool
take_certs(
    const struct multipart_part *part, const char *name, struct keygen *made)
{
	struct buf body = { 0 };
	bool ok;

	if (multipart_says(part, "server-generated-key"))
		return fault(EXIT_UNTRUSTED,
		    "%s: the key is encrypted (CMS), which was not asked for",
		    name);
	if (made->certs.count > 0)
		return fault(EXIT_UNTRUSTED,
		    "%s: two parts with certificates in the answer", name);
	ok = buf_add(&body, part->data, part->len) &&
	     reply_parse(&body, name, &made->certs);
	buf_free(&body);
	return ok;
}

bool
keygen_parse(const struct buf *body, const char *name, struct keygen *made)
{
	struct multipart parts;
	struct multipart_part part;

	*made = (struct keygen){ 0 };
	if (!multipart_open(body, &parts))
		return fault(EXIT_UNTRUSTED,
		    "%s: the answer of %zu bytes is not in parts", name,
		    body->len);
	while (multipart_next(&parts, &part))
		if (!(multipart_is(&part, "application/pkcs8")
			    ? take_key(&part, name, made)
			    : take_certs(&part, name, made)))
			return false;
	if (made->key_pem.len == 0)
		return fault(EXIT_UNTRUSTED, "%s: no key in the answer", name);
	return made->certs.count > 0 ||
	       fault(EXIT_UNTRUSTED, "%s: no certificate in the answer", name);
}

void
keygen_free(struct keygen *made)
{
	buf_free(&made->key_pem);
	x509_free(&made->certs);
}

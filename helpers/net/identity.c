/* identity.c: a certificate and its key, as OpenSSL wants them.
 * SPDX-License-Identifier: Apache-2.0 */
/* engines are all that OpenSSL 1.1 and 3 both have for keys on a token */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "config.h"

#include <gnutls/abstract.h>
#include <gnutls/pkcs11.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "exit.h"
#include "fault.h"
#include "identity.h"
#include "pkcs11.h"
#include "slot.h"
#include "x509.h"

/* OpenSSL's latest words; it goes on with none. */
static const char *
openssl_words(void)
{
	const char *words = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return words != NULL ? words : "no reason given";
}

X509 *
identity_convert(gnutls_x509_crt_t crt)
{
	gnutls_datum_t der = { NULL, 0 };
	const unsigned char *at;
	X509 *out = NULL;

	if (gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der) < 0) {
		fault_memory();
		return NULL;
	}
	at = der.data;
	out = d2i_X509(NULL, &at, (long)der.size);
	if (out == NULL)
		fault(EXIT_DATA, "certificate: %s", openssl_words());
	gnutls_free(der.data);
	return out;
}

/* A key of a file, in memory all the way. */
static EVP_PKEY *
convert_key(const struct pair *pair)
{
	struct buf pem = { 0 };
	EVP_PKEY *out = NULL;
	BIO *bio = NULL;

	if (!pair_print_key(pair, &pem))
		return NULL;
	bio = BIO_new_mem_buf(pem.data, (int)pem.len);
	if (bio != NULL)
		out = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	if (out == NULL)
		fault(EXIT_DATA, "%s: OpenSSL: %s", pair->place.name,
		    openssl_words());
	BIO_free(bio);
	buf_free(&pem);
	return out;
}

/* The address of KEY, and of nothing else, on its token; without a PIN, since the
 * engine prints the address where it fails. */
static bool
find_address(const struct pair *pair, struct buf *uri)
{
	gnutls_pkcs11_privkey_t inner = NULL;
	char *text = NULL;
	bool ok;
	int rc = gnutls_privkey_export_pkcs11(pair->key, &inner);

	if (rc == 0)
		rc = gnutls_pkcs11_privkey_export_url(
		    inner, GNUTLS_PKCS11_URL_GENERIC, &text);
	ok = rc == 0 ? buf_print(uri, "%s", text)
		     : fault(EXIT_LOCAL, "%s: %s", pair->place.name,
			   gnutls_strerror(rc));
	gnutls_free(text);
	if (inner != NULL)
		gnutls_pkcs11_privkey_deinit(inner);
	return ok;
}

/* The module that the URI of PAIR's key names, where it names one: otherwise the
 * engine asks those that p11-kit knows, as GnuTLS does. */
static bool
set_module(ENGINE *engine, const struct pair *pair)
{
	P11KitUri *uri = NULL;
	const char *path;
	bool ok = slot_parse(pair->place.name, &uri);

	path = ok ? p11_kit_uri_get_module_path(uri) : NULL;
	if (path != NULL &&
	    ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", path, 0) != 1)
		ok = fault(EXIT_LOCAL, "%s: OpenSSL: its module %s: %s",
		    pair->place.name, path, openssl_words());
	p11_kit_uri_free(uri);
	return ok;
}

static EVP_PKEY *
engine_key(ENGINE *engine, const struct pair *pair)
{
	struct buf uri = { 0 };
	EVP_PKEY *out = NULL;

	if (!set_module(engine, pair) || !find_address(pair, &uri))
		goto out;
	ENGINE_ctrl_cmd_string(engine, "QUIET", NULL, 1);
	if (pair->place.passphrase != NULL)
		ENGINE_ctrl_cmd_string(
		    engine, "PIN", pair->place.passphrase, 0);
	out = ENGINE_load_private_key(engine, buf_text(&uri), NULL, NULL);
	if (out == NULL)
		fault(EXIT_LOCAL, "%s: OpenSSL cannot use it on its token: %s",
		    pair->place.name, openssl_words());
out:
	buf_free(&uri);
	return out;
}

static bool
token_key(const struct pair *pair, struct identity *out)
{
	ENGINE *engine;

	ENGINE_load_dynamic();
	engine = ENGINE_by_id("pkcs11");
	if (engine == NULL || ENGINE_init(engine) != 1) {
		ENGINE_free(engine);
		return fault(EXIT_LOCAL,
		    "%s: a key on a token needs OpenSSL's engine "
		    "pkcs11 for MQTT; Debian calls the package "
		    "libengine-pkcs11-openssl: %s",
		    pair->place.name, openssl_words());
	}
	out->engine = engine;
	out->key = engine_key(engine, pair);
	return out->key != NULL;
}

static bool
use_key(SSL_CTX *ctx, const struct pair *pair, struct identity *out)
{
	if (pkcs11_is_uri(pair->place.name)) {
		if (!token_key(pair, out))
			return false;
	} else {
		out->key = convert_key(pair);
		if (out->key == NULL)
			return false;
	}
	return SSL_CTX_use_PrivateKey(ctx, out->key) == 1 ||
	       fault(EXIT_DATA, "%s: OpenSSL: %s", pair->place.name,
		   openssl_words());
}

/* Adds CRT as the leaf, or behind it. */
static bool
use_certificate(SSL_CTX *ctx, gnutls_x509_crt_t crt, bool leaf)
{
	X509 *x509 = identity_convert(crt);
	bool ok;

	if (x509 == NULL)
		return false;
	ok = (leaf ? SSL_CTX_use_certificate(ctx, x509)
		   : SSL_CTX_add1_chain_cert(ctx, x509)) == 1;
	X509_free(x509);
	return ok ||
	       fault(EXIT_DATA, "certificate: OpenSSL: %s", openssl_words());
}

bool
identity_use(SSL_CTX *ctx, const struct pair *pair, struct identity *out)
{
	*out = (struct identity){ 0 };
	for (unsigned i = 0; i < pair->chain.count; i++)
		if (!use_certificate(ctx, pair->chain.crt[i], i == 0))
			return fault(
			    fault_code(), "%s: %s", pair->cert, fault_text());
	return use_key(ctx, pair, out);
}

void
identity_free(struct identity *identity)
{
	/* the engine keeps the key, and the key the engine: neither would go, nor
	 * the session on the token. A TPM has room for three. */
	if (identity->engine != NULL && identity->key != NULL)
		EVP_PKEY_set1_engine(identity->key, NULL);
	EVP_PKEY_free(identity->key);
	if (identity->engine != NULL) {
		ENGINE_finish(identity->engine);
		ENGINE_free(identity->engine);
	}
	*identity = (struct identity){ 0 };
}

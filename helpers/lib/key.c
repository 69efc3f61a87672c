/* key.c: private keys.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>

#include "core.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "key.h"
#include "msg.h"
#include "pin.h"
#include "pkcs11.h"
#include "x509.h"

enum { TYPE_COUNT = 7 };

static const struct key_type types[TYPE_COUNT] = {
	{ "ec-p256", GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1) },
	{ "ec-p384", GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1) },
	{ "ec-p521", GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1) },
	{ "rsa-2048", GNUTLS_PK_RSA, 2048 },
	{ "rsa-3072", GNUTLS_PK_RSA, 3072 },
	{ "rsa-4096", GNUTLS_PK_RSA, 4096 },
	{ "ed25519", GNUTLS_PK_EDDSA_ED25519,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED25519) },
};

const char *
key_type_names(void)
{
	return "ec-p256, ec-p384, ec-p521, rsa-2048, rsa-3072, rsa-4096, "
	       "ed25519";
}

/* URI receives what the file PATH refers to, and stays empty where that is no
 * reference. What can be read once only is a key, and whatever else is wrong
 * with it, whoever reads the key will say. */
static bool
read_reference(const char *path, struct buf *uri)
{
	struct stat st;
	size_t len;

	if (strcmp(path, "-") == 0 || stat(path, &st) != 0 ||
	    !S_ISREG(st.st_mode) || !file_read(path, uri))
		return true;
	if (!pkcs11_is_uri(buf_text(uri))) {
		buf_free(uri);
		return true;
	}
	len = strcspn(buf_text(uri), "\n");
	if (len + 1 < uri->len || strlen(buf_text(uri)) < uri->len)
		return fault(EXIT_DATA,
		    "%s: a reference to a key is one line, and no more", path);
	uri->data[len] = '\0';
	if ((st.st_mode & S_IROTH) != 0 &&
	    strstr(buf_text(uri), "pin-value=") != NULL)
		msg_warn("%s: a secret that every user can read", path);
	msg_trace("%s: refers to a key on a token", path);
	return true;
}

bool
key_follow(struct key_place *place, struct buf *text)
{
	struct buf uri = { 0 };
	struct key_place there = { .name = place->name };
	bool ok = true;

	core_forbid();
	if (!pkcs11_is_uri(place->name)) {
		ok = read_reference(place->name, &uri);
		if (uri.len > 0)
			there.name = buf_text(&uri);
	}
	if (ok && pkcs11_is_uri(there.name)) {
		ok = pin_take(&there, text);
		if (ok)
			*place = there;
	} else if (ok && text->len > 0) {
		place->passphrase = buf_text(text);
	}
	buf_free(&uri);
	return ok;
}

bool
key_unlock(struct key_place *place, const char *file, struct buf *text)
{
	return place->name == NULL ||
	       ((file == NULL || file_read_secret(file, text)) &&
		   key_follow(place, text));
}

static const struct key_type *
find_type(const char *name)
{
	for (int i = 0; i < TYPE_COUNT; i++)
		if (strcmp(types[i].name, name) == 0)
			return &types[i];
	return NULL;
}

bool
key_type_known(const char *name)
{
	return find_type(name) != NULL;
}

/* Adds KEY to PEM as PKCS#8. */
static bool
print_key(gnutls_x509_privkey_t key, const char *passphrase, struct buf *pem)
{
	gnutls_datum_t text = { NULL, 0 };
	int rc = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM,
	    passphrase,
	    passphrase != NULL ? GNUTLS_PKCS_PBES2_AES_256 : GNUTLS_PKCS_PLAIN,
	    &text);
	bool ok;

	if (rc < 0)
		return fault(EXIT_LOCAL, "new key: %s", gnutls_strerror(rc));
	ok = buf_add(pem, text.data, text.size);
	gnutls_memset(text.data, 0, text.size);
	gnutls_free(text.data);
	return ok;
}

static bool
no_such_type(const char *name)
{
	return fault(EXIT_USAGE, "%s: no such type of key; there are %s", name,
	    key_type_names());
}

bool
key_generate(const char *name, const char *passphrase, gnutls_privkey_t *key,
    struct buf *pem)
{
	const struct key_type *type = find_type(name);
	gnutls_x509_privkey_t made = NULL;
	bool ok = false;
	int rc;

	*key = NULL;
	if (type == NULL)
		return no_such_type(name);
	core_forbid();
	if (!x509_start())
		return false;
	if ((rc = gnutls_x509_privkey_init(&made)) < 0 ||
	    (rc = gnutls_x509_privkey_generate(
		 made, type->algorithm, type->bits, 0)) < 0 ||
	    (rc = gnutls_privkey_init(key)) < 0 ||
	    (rc = gnutls_privkey_import_x509(
		 *key, made, GNUTLS_PRIVKEY_IMPORT_COPY)) < 0) {
		fault(EXIT_LOCAL, "new key: %s", gnutls_strerror(rc));
		goto out;
	}
	ok = print_key(made, passphrase, pem);
out:
	if (made != NULL)
		gnutls_x509_privkey_deinit(made);
	if (!ok) {
		key_free(*key);
		*key = NULL;
	}
	return ok;
}

bool
key_make(const struct key_place *place, const char *name, gnutls_privkey_t *key)
{
	const struct key_type *type = find_type(name);
	struct buf pem = { 0 };
	bool ok;

	*key = NULL;
	if (type == NULL)
		return no_such_type(name);
	if (pkcs11_is_uri(place->name))
		return pkcs11_make(place, type, key);
	ok = key_generate(name, place->passphrase, key, &pem) &&
	     file_create(place->name, 0600, pem.data, pem.len);
	buf_free(&pem);
	if (!ok) {
		key_free(*key);
		*key = NULL;
	}
	return ok;
}

/* Imports in the form that fits. GnuTLS takes a passphrase for a key in DER
 * only where that is encrypted. */
static int
import(gnutls_privkey_t key, const gnutls_datum_t *data, const char *passphrase)
{
	int rc = gnutls_privkey_import_x509_raw(
	    key, data, GNUTLS_X509_FMT_PEM, passphrase, 0);

	if (rc == 0 || rc == GNUTLS_E_DECRYPTION_FAILED)
		return rc;
	rc = gnutls_privkey_import_x509_raw(
	    key, data, GNUTLS_X509_FMT_DER, NULL, 0);
	if (rc == GNUTLS_E_DECRYPTION_FAILED && passphrase != NULL)
		rc = gnutls_privkey_import_x509_raw(
		    key, data, GNUTLS_X509_FMT_DER, passphrase, 0);
	return rc;
}

static bool
explain(int rc, const struct buf *text, const char *name, bool passphrase)
{
	const char *words = buf_text(text);
	bool encrypted = rc == GNUTLS_E_DECRYPTION_FAILED ||
			 strstr(words, "Proc-Type: 4,ENCRYPTED") != NULL ||
			 strstr(words, "BEGIN ENCRYPTED PRIVATE KEY") != NULL;

	if (!encrypted && strstr(words, "PRIVATE KEY-----") != NULL)
		return fault(EXIT_DATA,
		    "%s: a private key that GnuTLS cannot read: damaged, or of "
		    "a kind that it does not know",
		    name);
	if (!encrypted)
		return fault(EXIT_DATA, "%s: not a private key", name);
	if (!passphrase)
		return fault(EXIT_DATA,
		    "%s: encrypted, and no passphrase is given: "
		    "--passphrase-file names the file that holds it",
		    name);
	if (rc == GNUTLS_E_DECRYPTION_FAILED)
		return fault(
		    EXIT_DATA, "%s: the passphrase does not open it", name);
	return fault(
	    EXIT_DATA, "%s: encrypted in a way that GnuTLS cannot read", name);
}

bool
key_parse(const struct buf *text, const char *name, const char *passphrase,
    gnutls_privkey_t *key)
{
	gnutls_datum_t data = { text->data, (unsigned)text->len };
	int rc;

	*key = NULL;
	if (!x509_start())
		return false;
	if (gnutls_privkey_init(key) < 0)
		return fault_memory();
	rc = import(*key, &data, passphrase);
	if (rc == 0)
		return true;
	key_free(*key);
	*key = NULL;
	return explain(rc, text, name, passphrase != NULL);
}

static bool
read_file(const struct key_place *place, gnutls_privkey_t *key)
{
	struct buf text = { 0 };
	bool ok;

	core_forbid();
	ok = file_read(place->name, &text) &&
	     key_parse(&text, file_name(place->name), place->passphrase, key);
	buf_free(&text);
	return ok;
}

bool
key_read(const struct key_place *place, gnutls_privkey_t *key)
{
	*key = NULL;
	return pkcs11_is_uri(place->name) ? pkcs11_find(place, key)
					  : read_file(place, key);
}

bool
key_half(gnutls_privkey_t key, gnutls_pubkey_t *half)
{
	int rc = gnutls_pubkey_init(half);

	if (rc == 0)
		rc = gnutls_pubkey_import_privkey(*half, key, 0, 0);
	if (rc == 0)
		return true;
	if (*half != NULL)
		gnutls_pubkey_deinit(*half);
	*half = NULL;
	return x509_ok(rc, "key");
}

bool
key_get_id(gnutls_privkey_t key, struct key_id *id)
{
	gnutls_pubkey_t half = NULL;
	size_t size = sizeof id->hash;
	int rc;

	if (!key_half(key, &half))
		return false;
	rc = gnutls_pubkey_get_key_id(
	    half, GNUTLS_KEYID_USE_SHA256, id->hash, &size);
	gnutls_pubkey_deinit(half);
	return x509_ok(rc, "key");
}

gnutls_digest_algorithm_t
key_digest(gnutls_privkey_t key)
{
	gnutls_digest_algorithm_t digest = GNUTLS_DIG_SHA256;
	gnutls_pubkey_t half = NULL;

	if (key_half(key, &half)) {
		gnutls_pubkey_get_preferred_hash_algorithm(half, &digest, NULL);
		gnutls_pubkey_deinit(half);
	}
	return digest;
}

bool
key_signed(gnutls_privkey_t key, int rc)
{
	if (rc >= 0)
		return true;
	if (gnutls_privkey_get_type(key) == GNUTLS_PRIVKEY_PKCS11)
		return fault(EXIT_LOCAL, "the token does not sign right: %s",
		    gnutls_strerror(rc));
	return x509_ok(rc, "the key does not sign right");
}

bool
key_id_same(const struct key_id *a, const struct key_id *b)
{
	return memcmp(a->hash, b->hash, sizeof a->hash) == 0;
}

void
key_free(gnutls_privkey_t key)
{
	if (key != NULL)
		gnutls_privkey_deinit(key);
}

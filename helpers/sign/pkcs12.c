/* pkcs12.c: keystores (PKCS#12, RFC 7292).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gnutls/crypto.h>
#include <gnutls/pkcs12.h>

#include "exit.h"
#include "fault.h"
#include "pkcs12.h"

/* as many as GnuTLS puts in one bag */
enum { BAG_LIMIT = 32 };

/* What ties the key to its certificate: any bytes that both have. */
struct tie {
	unsigned char id[64];
	size_t size;
};

static bool
get_tie(gnutls_x509_crt_t crt, struct tie *tie)
{
	tie->size = sizeof tie->id;
	return x509_ok(gnutls_x509_crt_get_key_id(
			   crt, GNUTLS_KEYID_USE_SHA1, tie->id, &tie->size),
	    "key id");
}

static bool
set_names(gnutls_pkcs12_bag_t bag, unsigned index, const struct tie *tie,
    const char *name)
{
	gnutls_datum_t id = { (void *)tie->id, (unsigned)tie->size };

	return x509_ok(
		   gnutls_pkcs12_bag_set_key_id(bag, index, &id), "key id") &&
	       (name == NULL ||
		   x509_ok(
		       gnutls_pkcs12_bag_set_friendly_name(bag, index, name),
		       name));
}

/* KEY as PKCS#8, encrypted. */
static bool
export_key(gnutls_privkey_t key, const char *password, gnutls_datum_t *der)
{
	gnutls_x509_privkey_t plain = NULL;
	bool ok;

	if (gnutls_privkey_get_type(key) != GNUTLS_PRIVKEY_X509)
		return fault(EXIT_DATA,
		    "the key is on a token, which it cannot leave: no keystore "
		    "can hold it");
	ok = x509_ok(gnutls_privkey_export_x509(key, &plain), "key") &&
	     x509_ok(
		 gnutls_x509_privkey_export2_pkcs8(plain, GNUTLS_X509_FMT_DER,
		     password, GNUTLS_PKCS_PBES2_AES_256, der),
		 "key");
	if (plain != NULL)
		gnutls_x509_privkey_deinit(plain);
	return ok;
}

static bool
add_key(gnutls_pkcs12_t store, gnutls_privkey_t key, const struct tie *tie,
    const char *name, const char *password)
{
	gnutls_pkcs12_bag_t bag = NULL;
	gnutls_datum_t der = { NULL, 0 };
	int index = -1;
	bool ok = false;

	if (!export_key(key, password, &der) ||
	    !x509_ok(gnutls_pkcs12_bag_init(&bag), "keystore"))
		goto out;
	index = gnutls_pkcs12_bag_set_data(
	    bag, GNUTLS_BAG_PKCS8_ENCRYPTED_KEY, &der);
	ok = x509_ok(index, "key") &&
	     set_names(bag, (unsigned)index, tie, name) &&
	     x509_ok(gnutls_pkcs12_set_bag(store, bag), "key");
out:
	if (bag != NULL)
		gnutls_pkcs12_bag_deinit(bag);
	gnutls_free(der.data);
	return ok;
}

static bool
add_chain(gnutls_pkcs12_t store, const struct x509_list *chain,
    const struct tie *tie, const char *name, const char *password)
{
	gnutls_pkcs12_bag_t bag = NULL;
	bool ok = x509_ok(gnutls_pkcs12_bag_init(&bag), "keystore");

	for (unsigned i = 0; ok && i < chain->count; i++) {
		int index = gnutls_pkcs12_bag_set_crt(bag, chain->crt[i]);

		ok = x509_ok(index, "certificate") &&
		     (i > 0 || set_names(bag, (unsigned)index, tie, name));
	}
	ok = ok &&
	     x509_ok(gnutls_pkcs12_bag_encrypt(
			 bag, password, GNUTLS_PKCS_PBES2_AES_256),
		 "keystore") &&
	     x509_ok(gnutls_pkcs12_set_bag(store, bag), "keystore");
	if (bag != NULL)
		gnutls_pkcs12_bag_deinit(bag);
	return ok;
}

static bool
print(gnutls_pkcs12_t store, struct buf *out)
{
	gnutls_datum_t der = { NULL, 0 };
	bool ok;

	ok = x509_ok(gnutls_pkcs12_export2(store, GNUTLS_X509_FMT_DER, &der),
		 "keystore") &&
	     buf_add(out, der.data, der.size);
	gnutls_free(der.data);
	return ok;
}

bool
pkcs12_make(gnutls_privkey_t key, const struct x509_list *chain,
    const char *name, const char *password, struct buf *out)
{
	gnutls_pkcs12_t store = NULL;
	struct tie tie;
	bool ok;

	if (chain->count > BAG_LIMIT)
		return fault(EXIT_DATA,
		    "%u certificates: a keystore holds %d, which no chain "
		    "needs",
		    chain->count, BAG_LIMIT);
	if (gnutls_pkcs12_init(&store) < 0)
		return fault_memory();
	/* certificates first, as other tools write it */
	ok = get_tie(chain->crt[0], &tie) &&
	     add_chain(store, chain, &tie, name, password) &&
	     add_key(store, key, &tie, name, password) &&
	     x509_ok(gnutls_pkcs12_generate_mac2(
			 store, GNUTLS_MAC_SHA256, password),
		 "keystore") &&
	     print(store, out);
	gnutls_pkcs12_deinit(store);
	return ok;
}

/* pkcs11.c: private keys on a token (PKCS#11): a smart card, a TPM, an HSM.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <gnutls/crypto.h>
#include <gnutls/pkcs11.h>

#include "exit.h"
#include "fault.h"
#include "msg.h"
#include "pkcs11.h"
#include "slot.h"
#include "x509.h"

/* of the id that a key gets where the user names none */
enum { ID_SIZE = 16 };

/* The objects that a URI names. */
struct objects {
	gnutls_pkcs11_obj_t *obj;
	unsigned count;
};

bool
pkcs11_is_uri(const char *name)
{
	return strncmp(name, "pkcs11:", 7) == 0;
}

static bool
list_keys(const struct key_place *place, const char *url, struct objects *out)
{
	int rc;

	*out = (struct objects){ 0 };
	rc = gnutls_pkcs11_obj_list_import_url4(&out->obj, &out->count, url,
	    GNUTLS_PKCS11_OBJ_FLAG_PRIVKEY | GNUTLS_PKCS11_OBJ_FLAG_LOGIN);
	return rc >= 0 || slot_fault(place, rc);
}

static void
free_objects(struct objects *list)
{
	for (unsigned i = 0; i < list->count; i++)
		gnutls_pkcs11_obj_deinit(list->obj[i]);
	gnutls_free(list->obj);
}

/* A warning with the URI of each, so that one can be named instead. */
static bool
tell_several(const struct key_place *place, const struct objects *list)
{
	for (unsigned i = 0; i < list->count; i++) {
		char *uri = NULL;

		if (gnutls_pkcs11_obj_export_url(
			list->obj[i], GNUTLS_PKCS11_URL_GENERIC, &uri) == 0)
			msg_warn("%s", uri);
		gnutls_free(uri);
	}
	return fault(EXIT_DATA,
	    "%s: %u keys match: name one of them by its id or object",
	    place->name, list->count);
}

/* KEY is that of OBJ, by its own full URI: whoever asks KEY for its URI later
 * gets that, and finds no other on no other token. */
static bool
import(const struct key_place *place, gnutls_pkcs11_obj_t obj,
    gnutls_privkey_t *key)
{
	char *uri = NULL;
	int rc =
	    gnutls_pkcs11_obj_export_url(obj, GNUTLS_PKCS11_URL_GENERIC, &uri);

	if (rc == 0 && (rc = gnutls_privkey_init(key)) == 0)
		rc = gnutls_privkey_import_url(*key, uri, 0);
	gnutls_free(uri);
	if (rc == 0)
		return true;
	if (*key != NULL)
		gnutls_privkey_deinit(*key);
	*key = NULL;
	return slot_fault(place, rc);
}

/* What PLACE's URI says of a key, on the token at URL and on no other: GnuTLS
 * would log in to all that match. For the caller to free; NULL: out of memory. */
static char *
key_uri(const struct key_place *place, const char *url)
{
	P11KitUri *uri = NULL;
	P11KitUri *token = NULL;
	char *text = NULL;
	bool ok = slot_parse(place->name, &uri) && slot_parse(url, &token);

	if (ok) {
		*p11_kit_uri_get_token_info(uri) =
		    *p11_kit_uri_get_token_info(token);
		if (p11_kit_uri_format(uri, P11_KIT_URI_FOR_ANY, &text) !=
		    P11_KIT_URI_OK) {
			text = NULL;
			fault_memory();
		}
	}
	p11_kit_uri_free(token);
	p11_kit_uri_free(uri);
	return text;
}

bool
pkcs11_find(const struct key_place *place, gnutls_privkey_t *key)
{
	char *url = NULL;
	char *uri = NULL;
	struct objects list = { 0 };
	bool ok = false;

	*key = NULL;
	if (!slot_find(place, &url))
		return false;
	uri = key_uri(place, url);
	if (uri == NULL || !list_keys(place, uri, &list))
		goto out;
	if (list.count == 0)
		fault(EXIT_DATA, "%s: no such key on the token", place->name);
	else if (list.count > 1)
		tell_several(place, &list);
	else
		ok = import(place, list.obj[0], key);
out:
	free_objects(&list);
	free(uri);
	gnutls_free(url);
	return ok;
}

/* The URI of what has the attributes A and B (or NULL) on the token at URL; for
 * the caller to free, NULL: out of memory. */
static char *
object_uri(const char *url, CK_ATTRIBUTE *a, CK_ATTRIBUTE *b)
{
	P11KitUri *uri = NULL;
	char *text = NULL;

	if (slot_parse(url, &uri) &&
	    p11_kit_uri_set_attribute(uri, a) == P11_KIT_URI_OK &&
	    (b == NULL ||
		p11_kit_uri_set_attribute(uri, b) == P11_KIT_URI_OK) &&
	    p11_kit_uri_format(uri, P11_KIT_URI_FOR_ANY, &text) !=
		P11_KIT_URI_OK)
		text = NULL;
	p11_kit_uri_free(uri);
	if (text == NULL)
		fault_memory();
	return text;
}

/* A key by that name or id is never overwritten, nor hidden behind a second
 * one. URL is the token's. */
static bool
check_free(
    const struct key_place *place, const char *url, CK_ATTRIBUTE *attribute)
{
	char *uri = object_uri(url, attribute, NULL);
	struct objects list = { 0 };
	bool ok;

	ok = uri != NULL && list_keys(place, uri, &list) &&
	     (list.count == 0 || fault(EXIT_LOCAL,
				     "%s: is there already, and is never "
				     "overwritten",
				     place->name));
	free_objects(&list);
	free(uri);
	return ok;
}

/* Takes both halves of a key that was just made off the token again. */
static void
discard(const char *url, CK_ATTRIBUTE *id)
{
	CK_OBJECT_CLASS classes[] = { CKO_PRIVATE_KEY, CKO_PUBLIC_KEY };

	for (int i = 0; i < 2; i++) {
		CK_ATTRIBUTE class = { CKA_CLASS, &classes[i],
			sizeof classes[i] };
		char *uri = object_uri(url, id, &class);

		if (uri != NULL)
			gnutls_pkcs11_delete_url(
			    uri, GNUTLS_PKCS11_OBJ_FLAG_LOGIN);
		free(uri);
	}
}

static bool
generate(const struct key_place *place, const char *url,
    const struct key_type *type, const CK_ATTRIBUTE *label,
    const CK_ATTRIBUTE *id)
{
	char *text = strndup(label->pValue, label->ulValueLen);
	gnutls_datum_t bytes = { id->pValue, (unsigned)id->ulValueLen };
	/* a TPM makes an RSA key for all uses, or none */
	unsigned usage =
	    type->algorithm == GNUTLS_PK_RSA ? 0 : GNUTLS_KEY_DIGITAL_SIGNATURE;
	int rc;

	if (text == NULL)
		return fault_memory();
	rc = gnutls_pkcs11_privkey_generate3(url, type->algorithm, type->bits,
	    text, &bytes, GNUTLS_X509_FMT_DER, NULL, usage,
	    GNUTLS_PKCS11_OBJ_FLAG_LOGIN | GNUTLS_PKCS11_OBJ_FLAG_MARK_PRIVATE |
		GNUTLS_PKCS11_OBJ_FLAG_MARK_SENSITIVE);
	free(text);
	if (rc >= 0 || rc == GNUTLS_E_PKCS11_PIN_ERROR)
		return rc >= 0 || slot_fault(place, rc);
	return fault(EXIT_LOCAL, "%s: the token makes no key of type %s: %s",
	    place->name, type->name, gnutls_strerror(rc));
}

/* Finds the new key and reads its public half: of some types a token makes
 * keys that nobody can use, and they go again. */
static bool
adopt(const struct key_place *place, const char *url,
    const struct key_type *type, CK_ATTRIBUTE *id, gnutls_privkey_t *key)
{
	struct key_id half;

	if (pkcs11_find(place, key) && key_get_id(*key, &half))
		return true;
	key_free(*key);
	*key = NULL;
	discard(url, id);
	return fault(EXIT_LOCAL,
	    "%s: the token's new key of type %s cannot be used, and is deleted "
	    "again: %s",
	    place->name, type->name, fault_text());
}

bool
pkcs11_make(const struct key_place *place, const struct key_type *type,
    gnutls_privkey_t *key)
{
	unsigned char random[ID_SIZE];
	CK_ATTRIBUTE made = { CKA_ID, random, sizeof random };
	CK_ATTRIBUTE *label;
	CK_ATTRIBUTE *id;
	char *url = NULL;
	P11KitUri *uri = NULL;
	bool ok = false;

	*key = NULL;
	if (!slot_parse(place->name, &uri))
		goto out;
	label = p11_kit_uri_get_attribute(uri, CKA_LABEL);
	id = p11_kit_uri_get_attribute(uri, CKA_ID);
	if (label == NULL || label->ulValueLen == 0) {
		fault(EXIT_DATA, "%s: a new key needs a name: object=NAME",
		    place->name);
		goto out;
	}
	if (id == NULL)
		id = &made;
	ok = slot_find(place, &url) &&
	     x509_ok(gnutls_rnd(GNUTLS_RND_NONCE, random, sizeof random),
		 "new key") &&
	     check_free(place, url, label) && check_free(place, url, id) &&
	     generate(place, url, type, label, id) &&
	     adopt(place, url, type, id, key);
out:
	gnutls_free(url);
	p11_kit_uri_free(uri);
	return ok;
}

/* pkcs11.c: private keys on a token (PKCS#11): a smart card, a TPM, an HSM.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <gnutls/pkcs11.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include "exit.h"
#include "fault.h"
#include "msg.h"
#include "pkcs11.h"
#include "x509.h"

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

/* gnutls_pin_callback_t. A PIN that was wrong is wrong the second time too,
 * and the third locks many tokens for good. */
static int
tell_pin(void *passphrase, int attempt, const char *url, const char *label,
    unsigned flags, char *pin, size_t size)
{
	(void)url;
	if (passphrase == NULL || attempt > 0 || strlen(passphrase) >= size)
		return GNUTLS_E_PKCS11_PIN_ERROR;
	if ((flags & GNUTLS_PIN_FINAL_TRY) != 0) {
		msg_warn("%s: the next wrong PIN locks this token: unlock it "
			 "by hand first",
		    label);
		return GNUTLS_E_PKCS11_PIN_LOCKED;
	}
	strcpy(pin, passphrase);
	return 0;
}

static bool
token_fault(const struct key_place *place, int rc)
{
	return fault(EXIT_LOCAL, "%s: %s", place->name, gnutls_strerror(rc));
}

/* The objects stay usable without a login where the token allows that; the PIN
 * is asked for when it does not. */
static bool
list_keys(const struct key_place *place, struct objects *out)
{
	int rc;

	*out = (struct objects){ 0 };
	if (!x509_start())
		return false;
	gnutls_pkcs11_set_pin_function(tell_pin, (void *)place->passphrase);
	rc = gnutls_pkcs11_obj_list_import_url4(&out->obj, &out->count,
	    place->name,
	    GNUTLS_PKCS11_OBJ_FLAG_PRIVKEY | GNUTLS_PKCS11_OBJ_FLAG_LOGIN);
	if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ||
	    rc == GNUTLS_E_PKCS11_REQUESTED_OBJECT_NOT_AVAILBLE)
		return fault(EXIT_LOCAL, "%s: no such token is here",
		    place->name);
	return rc >= 0 || token_fault(place, rc);
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

bool
pkcs11_find(const struct key_place *place, gnutls_privkey_t *key)
{
	struct objects list;
	bool ok = false;
	int rc;

	*key = NULL;
	if (!list_keys(place, &list))
		return false;
	if (list.count == 0) {
		fault(EXIT_DATA, "%s: no such key on the token", place->name);
	} else if (list.count > 1) {
		tell_several(place, &list);
	} else if ((rc = gnutls_privkey_init(key)) < 0 ||
		   (rc = gnutls_privkey_import_url(*key, place->name, 0)) < 0) {
		token_fault(place, rc);
		key_free(*key);
		*key = NULL;
	} else {
		ok = true;
	}
	free_objects(&list);
	return ok;
}

/* Label and id as bytes; LABEL is for the caller to free. */
static bool
parse_uri(const struct key_place *place, char **label, gnutls_datum_t *id)
{
	P11KitUri *uri = p11_kit_uri_new();
	CK_ATTRIBUTE *attribute;
	bool ok = false;

	*label = NULL;
	*id = (gnutls_datum_t){ NULL, 0 };
	if (uri == NULL)
		return fault_memory();
	if (p11_kit_uri_parse(place->name, P11_KIT_URI_FOR_ANY, uri) !=
	    P11_KIT_URI_OK) {
		fault(EXIT_DATA, "%s: not a PKCS#11 URI", place->name);
		goto out;
	}
	attribute = p11_kit_uri_get_attribute(uri, CKA_LABEL);
	if (attribute == NULL) {
		fault(EXIT_DATA, "%s: a new key needs a name: object=NAME",
		    place->name);
		goto out;
	}
	*label = strndup(attribute->pValue, attribute->ulValueLen);
	attribute = p11_kit_uri_get_attribute(uri, CKA_ID);
	if (attribute != NULL)
		id->data = malloc(attribute->ulValueLen);
	if (*label == NULL || (attribute != NULL && id->data == NULL)) {
		fault_memory();
		goto out;
	}
	if (attribute != NULL) {
		id->size = (unsigned)attribute->ulValueLen;
		memcpy(id->data, attribute->pValue, id->size);
	}
	ok = true;
out:
	p11_kit_uri_free(uri);
	return ok;
}

/* A key by that name is never overwritten, nor hidden behind a second one. */
static bool
check_free(const struct key_place *place)
{
	struct objects list;
	unsigned count;

	if (!list_keys(place, &list))
		return false;
	count = list.count;
	free_objects(&list);
	return count == 0 ||
	       fault(EXIT_LOCAL, "%s: is there already, and is never "
				 "overwritten",
		   place->name);
}

bool
pkcs11_make(const struct key_place *place, gnutls_pk_algorithm_t algorithm,
    unsigned bits, gnutls_privkey_t *key)
{
	gnutls_datum_t id = { NULL, 0 };
	char *label = NULL;
	bool ok = false;
	int rc;

	*key = NULL;
	if (!parse_uri(place, &label, &id) || !check_free(place))
		goto out;
	rc = gnutls_pkcs11_privkey_generate3(place->name, algorithm, bits,
	    label, id.data != NULL ? &id : NULL, GNUTLS_X509_FMT_DER, NULL,
	    GNUTLS_KEY_DIGITAL_SIGNATURE,
	    GNUTLS_PKCS11_OBJ_FLAG_LOGIN | GNUTLS_PKCS11_OBJ_FLAG_MARK_PRIVATE |
		GNUTLS_PKCS11_OBJ_FLAG_MARK_SENSITIVE);
	ok = rc < 0 ? token_fault(place, rc) : pkcs11_find(place, key);
out:
	free(label);
	free(id.data);
	return ok;
}

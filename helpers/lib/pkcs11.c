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

/* The one token that holds a key: its own URI, freed by gnutls_free. */
struct holder {
	char *url;
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
	(void)label;
	(void)flags;
	if (passphrase == NULL || attempt > 0 || strlen(passphrase) >= size)
		return GNUTLS_E_PKCS11_PIN_ERROR;
	strcpy(pin, passphrase);
	return 0;
}

static bool
token_fault(const struct key_place *place, int rc)
{
	if (rc == GNUTLS_E_PKCS11_PIN_ERROR && place->passphrase == NULL)
		return fault(EXIT_LOCAL,
		    "%s: the token wants a PIN: --passphrase-file or "
		    "pin-source in the URI names the file that holds it",
		    place->name);
	if (rc == GNUTLS_E_PKCS11_PIN_ERROR)
		return fault(EXIT_LOCAL,
		    "%s: the token does not take this PIN, which was tried "
		    "once: too many wrong ones lock it",
		    place->name);
	if (rc == GNUTLS_E_PKCS11_PIN_LOCKED)
		return fault(
		    EXIT_LOCAL, "%s: the token's PIN is locked", place->name);
	return fault(EXIT_LOCAL, "%s: %s", place->name, gnutls_strerror(rc));
}

static bool
parse_uri(const char *name, P11KitUri **uri)
{
	*uri = p11_kit_uri_new();
	if (*uri == NULL)
		return fault_memory();
	return p11_kit_uri_parse(name, P11_KIT_URI_FOR_ANY, *uri) ==
		   P11_KIT_URI_OK ||
	       fault(EXIT_DATA, "%s: not a PKCS#11 URI", name);
}

/* Loads the module that URI names by its path, and no other. Otherwise GnuTLS
 * loads those that p11-kit knows, when they are first needed. */
static bool
load_module(const struct key_place *place, P11KitUri *uri)
{
	const char *path = p11_kit_uri_get_module_path(uri);
	int rc;

	if (!x509_start())
		return false;
	gnutls_pkcs11_set_pin_function(tell_pin, (void *)place->passphrase);
	if (path == NULL)
		return true;
	if ((rc = gnutls_pkcs11_init(GNUTLS_PKCS11_FLAG_MANUAL, NULL)) < 0 ||
	    (rc = gnutls_pkcs11_add_provider(path, NULL)) < 0)
		return fault(EXIT_LOCAL, "%s: its module %s: %s", place->name,
		    path, gnutls_strerror(rc));
	return true;
}

/* Is the token at URL one that URI may mean, and one to hold keys? */
static bool
is_meant(P11KitUri *uri, const char *url)
{
	P11KitUri *other = NULL;
	unsigned flags = 0;
	bool meant;

	meant = parse_uri(url, &other) &&
		p11_kit_uri_match_token_info(
		    uri, p11_kit_uri_get_token_info(other)) == 1 &&
		gnutls_pkcs11_token_get_flags(url, &flags) == 0 &&
		(flags & GNUTLS_PKCS11_TOKEN_TRUSTED) == 0;
	p11_kit_uri_free(other);
	return meant;
}

/* Counts the tokens that URI may mean, and keeps the first. TELL: warns with
 * the URI of each. */
static void
count_tokens(P11KitUri *uri, bool tell, struct holder *holder)
{
	char *url = NULL;

	for (unsigned i = 0; gnutls_pkcs11_token_get_url(
				 i, GNUTLS_PKCS11_URL_GENERIC, &url) == 0;
	     i++) {
		if (is_meant(uri, url)) {
			if (tell)
				msg_warn("%s", url);
			holder->count++;
			if (holder->url == NULL) {
				holder->url = url;
				continue;
			}
		}
		gnutls_free(url);
	}
}

/* May the PIN be tried on this token? */
static bool
check_pin(const struct key_place *place, const char *url)
{
	unsigned flags = 0;
	int rc = gnutls_pkcs11_token_get_flags(url, &flags);

	if (rc < 0)
		return token_fault(place, rc);
	if ((flags & GNUTLS_PKCS11_TOKEN_USER_PIN_LOCKED) != 0)
		return token_fault(place, GNUTLS_E_PKCS11_PIN_LOCKED);
	if ((flags & GNUTLS_PKCS11_TOKEN_USER_PIN_FINAL_TRY) != 0)
		return fault(EXIT_LOCAL,
		    "%s: the next wrong PIN locks the token: log in by hand "
		    "first",
		    place->name);
	if ((flags & GNUTLS_PKCS11_TOKEN_LOGIN_REQUIRED) != 0 &&
	    (flags & GNUTLS_PKCS11_TOKEN_USER_PIN_INITIALIZED) == 0)
		return fault(EXIT_LOCAL,
		    "%s: the token's PIN was never set: initialize it first",
		    place->name);
	return true;
}

/* A PIN goes to no token but the one that is meant: it is wrong on all others,
 * and counted there. */
static bool
find_token(const struct key_place *place, struct holder *holder)
{
	P11KitUri *uri = NULL;
	bool ok = false;

	*holder = (struct holder){ 0 };
	if (!parse_uri(place->name, &uri) || !load_module(place, uri))
		goto out;
	count_tokens(uri, false, holder);
	if (holder->count == 0) {
		fault(EXIT_LOCAL, "%s: no such token is here", place->name);
	} else if (holder->count > 1) {
		count_tokens(uri, true, &(struct holder){ .url = "" });
		fault(EXIT_DATA,
		    "%s: %u tokens match: name one of them by its token or "
		    "serial",
		    place->name, holder->count);
	} else {
		ok = check_pin(place, holder->url);
	}
out:
	if (!ok) {
		gnutls_free(holder->url);
		holder->url = NULL;
	}
	p11_kit_uri_free(uri);
	return ok;
}

static bool
list_keys(const struct key_place *place, const char *url, struct objects *out)
{
	int rc;

	*out = (struct objects){ 0 };
	rc = gnutls_pkcs11_obj_list_import_url4(&out->obj, &out->count, url,
	    GNUTLS_PKCS11_OBJ_FLAG_PRIVKEY | GNUTLS_PKCS11_OBJ_FLAG_LOGIN);
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

static bool
import(const struct key_place *place, gnutls_privkey_t *key)
{
	int rc;

	if ((rc = gnutls_privkey_init(key)) == 0 &&
	    (rc = gnutls_privkey_import_url(*key, place->name, 0)) == 0)
		return true;
	if (*key != NULL)
		gnutls_privkey_deinit(*key);
	*key = NULL;
	return token_fault(place, rc);
}

bool
pkcs11_find(const struct key_place *place, gnutls_privkey_t *key)
{
	struct holder holder;
	struct objects list = { 0 };
	bool ok = false;

	*key = NULL;
	if (!find_token(place, &holder))
		return false;
	if (!list_keys(place, place->name, &list))
		goto out;
	if (list.count == 0)
		fault(EXIT_DATA, "%s: no such key on the token", place->name);
	else if (list.count > 1)
		tell_several(place, &list);
	else
		ok = import(place, key);
out:
	free_objects(&list);
	gnutls_free(holder.url);
	return ok;
}

/* A key by that name or id is never overwritten, nor hidden behind a second
 * one. URL is the token's. */
static bool
check_free(
    const struct key_place *place, const char *url, CK_ATTRIBUTE *attribute)
{
	struct objects list = { 0 };
	P11KitUri *uri = NULL;
	char *name = NULL;
	bool ok = false;

	if (!parse_uri(url, &uri))
		goto out;
	if (p11_kit_uri_set_attribute(uri, attribute) != P11_KIT_URI_OK ||
	    p11_kit_uri_format(uri, P11_KIT_URI_FOR_ANY, &name) !=
		P11_KIT_URI_OK) {
		fault_memory();
		goto out;
	}
	ok = list_keys(place, name, &list) &&
	     (list.count == 0 || fault(EXIT_LOCAL,
				     "%s: is there already, and is never "
				     "overwritten",
				     place->name));
out:
	free_objects(&list);
	free(name);
	p11_kit_uri_free(uri);
	return ok;
}

static bool
generate(const struct key_place *place, const char *url,
    const struct key_type *type, const CK_ATTRIBUTE *label,
    const CK_ATTRIBUTE *id)
{
	char *text = strndup(label->pValue, label->ulValueLen);
	gnutls_datum_t bytes = { NULL, 0 };
	int rc;

	if (text == NULL)
		return fault_memory();
	if (id != NULL)
		bytes =
		    (gnutls_datum_t){ id->pValue, (unsigned)id->ulValueLen };
	rc = gnutls_pkcs11_privkey_generate3(url, type->algorithm, type->bits,
	    text, id != NULL ? &bytes : NULL, GNUTLS_X509_FMT_DER, NULL,
	    GNUTLS_KEY_DIGITAL_SIGNATURE,
	    GNUTLS_PKCS11_OBJ_FLAG_LOGIN | GNUTLS_PKCS11_OBJ_FLAG_MARK_PRIVATE |
		GNUTLS_PKCS11_OBJ_FLAG_MARK_SENSITIVE);
	free(text);
	if (rc >= 0 || rc == GNUTLS_E_PKCS11_PIN_ERROR)
		return rc >= 0 || token_fault(place, rc);
	return fault(EXIT_LOCAL, "%s: the token makes no key of type %s: %s",
	    place->name, type->name, gnutls_strerror(rc));
}

bool
pkcs11_make(const struct key_place *place, const struct key_type *type,
    gnutls_privkey_t *key)
{
	CK_ATTRIBUTE *label;
	CK_ATTRIBUTE *id;
	struct holder holder = { 0 };
	P11KitUri *uri = NULL;
	bool ok = false;

	*key = NULL;
	if (!parse_uri(place->name, &uri))
		goto out;
	label = p11_kit_uri_get_attribute(uri, CKA_LABEL);
	id = p11_kit_uri_get_attribute(uri, CKA_ID);
	if (label == NULL || label->ulValueLen == 0) {
		fault(EXIT_DATA, "%s: a new key needs a name: object=NAME",
		    place->name);
		goto out;
	}
	ok = find_token(place, &holder) &&
	     check_free(place, holder.url, label) &&
	     (id == NULL || check_free(place, holder.url, id)) &&
	     generate(place, holder.url, type, label, id) &&
	     pkcs11_find(place, key);
out:
	gnutls_free(holder.url);
	p11_kit_uri_free(uri);
	return ok;
}

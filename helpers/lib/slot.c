/* slot.c: the token that a key is on (PKCS#11).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/pkcs11.h>

#include "exit.h"
#include "fault.h"
#include "msg.h"
#include "slot.h"
#include "x509.h"

/* The one token that holds a key: its own URI, freed by gnutls_free. */
struct holder {
	char *url;
	unsigned count;
};

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

bool
slot_fault(const struct key_place *place, int rc)
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

bool
slot_parse(const char *name, P11KitUri **uri)
{
	*uri = p11_kit_uri_new();
	if (*uri == NULL)
		return fault_memory();
	return p11_kit_uri_parse(name, P11_KIT_URI_FOR_ANY, *uri) ==
		   P11_KIT_URI_OK ||
	       fault(EXIT_DATA, "%s: not a PKCS#11 URI", name);
}

bool
slot_load(const char *name, P11KitUri *uri)
{
	const char *path = p11_kit_uri_get_module_path(uri);
	int rc;

	if (!x509_start())
		return false;
	if (path == NULL)
		return true;
	if ((rc = gnutls_pkcs11_init(GNUTLS_PKCS11_FLAG_MANUAL, NULL)) < 0 ||
	    (rc = gnutls_pkcs11_add_provider(path, NULL)) < 0)
		return fault(EXIT_LOCAL, "%s: its module %s: %s", name, path,
		    gnutls_strerror(rc));
	return true;
}

/* Is the token at URL one that URI may mean, and one to hold keys? A TPM has
 * always one more, which is blank. */
static bool
is_meant(P11KitUri *uri, const char *url)
{
	P11KitUri *other = NULL;
	unsigned flags = 0;
	bool meant;

	meant = slot_parse(url, &other) &&
		p11_kit_uri_match_token_info(
		    uri, p11_kit_uri_get_token_info(other)) == 1 &&
		gnutls_pkcs11_token_get_flags(url, &flags) == 0 &&
		(flags & GNUTLS_PKCS11_TOKEN_INITIALIZED) != 0 &&
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
		return slot_fault(place, rc);
	if ((flags & GNUTLS_PKCS11_TOKEN_USER_PIN_LOCKED) != 0)
		return slot_fault(place, GNUTLS_E_PKCS11_PIN_LOCKED);
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
bool
slot_find(const struct key_place *place, char **url)
{
	struct holder holder = { 0 };
	P11KitUri *uri = NULL;
	bool ok = false;

	*url = NULL;
	if (!slot_parse(place->name, &uri) || !slot_load(place->name, uri))
		goto out;
	gnutls_pkcs11_set_pin_function(tell_pin, (void *)place->passphrase);
	count_tokens(uri, false, &holder);
	if (holder.count == 0) {
		fault(EXIT_LOCAL, "%s: no such token is here", place->name);
	} else if (holder.count > 1) {
		count_tokens(uri, true, &(struct holder){ .url = "" });
		fault(EXIT_DATA,
		    "%s: %u tokens match: name one of them by its token or "
		    "serial",
		    place->name, holder.count);
	} else {
		ok = check_pin(place, holder.url);
	}
out:
	if (ok)
		*url = holder.url;
	else
		gnutls_free(holder.url);
	p11_kit_uri_free(uri);
	return ok;
}

/* pin.c: the PIN in the URI of a key on a token (RFC 7512).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "pin.h"

/* What of a URI that nobody understood can be told: not its PIN. */
static bool
uri_fault(const char *name, const char *why)
{
	const char *pin = strstr(name, "pin-value=");
	size_t len = pin != NULL ? (size_t)(pin - name) : strlen(name);

	return fault(
	    EXIT_DATA, "%.*s: not a PKCS#11 URI: %s", (int)len, name, why);
}

static bool
parse(const char *name, P11KitUri **uri)
{
	int rc;

	/* p11-kit would drop them: "token=my key" would be "mykey" */
	if (strpbrk(name, " \t\r\n") != NULL)
		return uri_fault(name, "a blank in it is written %20");
	*uri = p11_kit_uri_new();
	if (*uri == NULL)
		return fault_memory();
	rc = p11_kit_uri_parse(name, P11_KIT_URI_FOR_ANY, *uri);
	if (rc != P11_KIT_URI_OK)
		return uri_fault(name, p11_kit_uri_message(rc));
	return !p11_kit_uri_any_unrecognized(*uri) ||
	       uri_fault(name, "it has an attribute that is none");
}

/* p11-kit, and GnuTLS with it, read such a file with its line end, and know no
 * "file:". */
static bool
read_source(const char *source, struct buf *text)
{
	if (source[0] == '|')
		return fault(EXIT_DATA,
		    "%s: pin-source names a program, which is not run", source);
	if (strncmp(source, "file:", 5) == 0)
		source += 5;
	if (strncmp(source, "//localhost/", 12) == 0)
		source += 11;
	if (strncmp(source, "///", 3) == 0)
		source += 2;
	return file_read_secret(source, text);
}

static bool
read_pin(P11KitUri *uri, struct buf *text)
{
	const char *value = p11_kit_uri_get_pin_value(uri);
	const char *source = p11_kit_uri_get_pin_source(uri);

	if (value != NULL)
		return buf_add(text, value, strlen(value));
	return source == NULL || read_source(source, text);
}

bool
pin_take(struct key_place *place, struct buf *text)
{
	P11KitUri *uri = NULL;
	char *bare = NULL;
	bool ok = false;
	size_t len;

	if (!parse(place->name, &uri) ||
	    (text->len == 0 && !read_pin(uri, text)))
		goto out;
	p11_kit_uri_set_pin_value(uri, NULL);
	p11_kit_uri_set_pin_source(uri, NULL);
	if (p11_kit_uri_format(uri, P11_KIT_URI_FOR_ANY, &bare) !=
	    P11_KIT_URI_OK) {
		fault_memory();
		goto out;
	}
	len = text->len;
	ok = buf_add(text, "", 1) && buf_add(text, bare, strlen(bare));
	if (ok) {
		place->name = (char *)text->data + len + 1;
		place->passphrase = len > 0 ? buf_text(text) : NULL;
	}
out:
	free(bare);
	p11_kit_uri_free(uri);
	return ok;
}

/* usage.c: what a key may be used for (RFC 5280, 4.2.1.3 and 4.2.1.12).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "exit.h"
#include "fault.h"
#include "usage.h"
#include "x509.h"

/* in the order of the standard's bits */
static const struct usage {
	const char *name;
	unsigned flag;
} usages[] = {
	{ "digitalSignature", GNUTLS_KEY_DIGITAL_SIGNATURE },
	{ "nonRepudiation", GNUTLS_KEY_NON_REPUDIATION },
	{ "keyEncipherment", GNUTLS_KEY_KEY_ENCIPHERMENT },
	{ "dataEncipherment", GNUTLS_KEY_DATA_ENCIPHERMENT },
	{ "keyAgreement", GNUTLS_KEY_KEY_AGREEMENT },
	{ "keyCertSign", GNUTLS_KEY_KEY_CERT_SIGN },
	{ "cRLSign", GNUTLS_KEY_CRL_SIGN },
	{ "encipherOnly", GNUTLS_KEY_ENCIPHER_ONLY },
	{ "decipherOnly", GNUTLS_KEY_DECIPHER_ONLY },
};

static const struct purpose {
	const char *name;
	const char *oid;
} purposes_known[] = {
	{ "clientAuth", GNUTLS_KP_TLS_WWW_CLIENT },
	{ "serverAuth", GNUTLS_KP_TLS_WWW_SERVER },
	{ "codeSigning", GNUTLS_KP_CODE_SIGNING },
	{ "emailProtection", GNUTLS_KP_EMAIL_PROTECTION },
	{ "timeStamping", GNUTLS_KP_TIME_STAMPING },
	{ "OCSPSigning", GNUTLS_KP_OCSP_SIGNING },
	{ "anyExtendedKeyUsage", GNUTLS_KP_ANY },
};

enum {
	USAGES = sizeof usages / sizeof usages[0],
	PURPOSES = sizeof purposes_known / sizeof purposes_known[0]
};

/* Takes the next item off LIST, without the blanks around it; false behind the
 * last. Between two commas it is empty. */
static bool
next_item(const char **list, const char **item, size_t *len)
{
	static const char blanks[] = " \t";
	const char *end;

	if (*list == NULL)
		return false;
	*item = *list + strspn(*list, blanks);
	end = *item + strcspn(*item, ",");
	*list = *end == ',' ? end + 1 : NULL;
	while (end > *item && strchr(blanks, end[-1]) != NULL)
		end--;
	*len = (size_t)(end - *item);
	return true;
}

static bool
is_item(const char *name, const char *item, size_t len)
{
	return strlen(name) == len && strncasecmp(name, item, len) == 0;
}

static bool
unknown_usage(const char *item, size_t len)
{
	struct buf known = { 0 };
	bool ok = true;

	for (int i = 0; ok && i < USAGES; i++)
		ok = buf_print(
		    &known, "%s%s", i > 0 ? ", " : "", usages[i].name);
	if (ok)
		fault(EXIT_USAGE, "'%.*s': no key usage: there are %s",
		    (int)len, item, buf_text(&known));
	buf_free(&known);
	return false;
}

bool
usage_parse(const char *list, unsigned *flags)
{
	const char *item;
	size_t len;

	*flags = 0;
	while (next_item(&list, &item, &len)) {
		int i = 0;

		while (i < USAGES && !is_item(usages[i].name, item, len))
			i++;
		if (i == USAGES)
			return unknown_usage(item, len);
		*flags |= usages[i].flag;
	}
	return true;
}

bool
usage_print(unsigned flags, struct buf *out)
{
	const char *comma = "";

	for (int i = 0; i < USAGES; i++)
		if ((flags & usages[i].flag) != 0) {
			if (!buf_print(out, "%s%s", comma, usages[i].name))
				return false;
			comma = ",";
		}
	return true;
}

static bool
unknown_purpose(const char *item, size_t len)
{
	struct buf known = { 0 };
	bool ok = true;

	for (int i = 0; ok && i < PURPOSES; i++)
		ok = buf_print(&known, "%s, ", purposes_known[i].name);
	if (ok)
		fault(EXIT_USAGE,
		    "'%.*s': no extended key usage: there are %sor an object "
		    "identifier such as 1.3.6.1.5.5.7.3.2",
		    (int)len, item, buf_text(&known));
	buf_free(&known);
	return false;
}

/* Is OID one that can be encoded: at least two numbers, the first 0 to 2, the
 * second below 40 unless the first is 2 (X.660)? Nine digits fit everywhere. */
static bool
is_oid(const char *oid)
{
	static const char digits[] = "0123456789";
	int count = 0;

	if (oid[0] < '0' || oid[0] > '2' || oid[1] != '.')
		return false;
	for (const char *at = oid; *at != '\0'; count++) {
		size_t len = strspn(at, digits);

		if (len == 0 || len > 9 || (len > 1 && at[0] == '0'))
			return false;
		if (count == 1 && oid[0] != '2' &&
		    (len > 2 || (len == 2 && at[0] > '3')))
			return false;
		at += len;
		if (*at == '.' && at[1] != '\0')
			at++;
		else if (*at != '\0')
			return false;
	}
	return count > 1;
}

static bool
has_purpose(gnutls_x509_key_purposes_t purposes, const char *oid)
{
	gnutls_datum_t other;

	for (unsigned i = 0;
	     gnutls_x509_key_purpose_get(purposes, i, &other) == 0; i++)
		if (strcmp((char *)other.data, oid) == 0)
			return true;
	return false;
}

static bool
add_purpose(gnutls_x509_key_purposes_t purposes, const char *item, size_t len)
{
	struct buf text = { 0 };
	const char *oid = NULL;
	bool ok = false;

	for (int i = 0; oid == NULL && i < PURPOSES; i++)
		if (is_item(purposes_known[i].name, item, len))
			oid = purposes_known[i].oid;
	if (oid == NULL) {
		if (!buf_print(&text, "%.*s", (int)len, item))
			goto out;
		oid = buf_text(&text);
	}
	if (!is_oid(oid))
		unknown_purpose(item, len);
	else
		ok = has_purpose(purposes, oid) ||
		     gnutls_x509_key_purpose_set(purposes, oid) == 0 ||
		     fault(EXIT_USAGE, "'%s': one more than GnuTLS can hold",
			 oid);
out:
	buf_free(&text);
	return ok;
}

bool
usage_parse_purposes(const char *list, gnutls_x509_key_purposes_t *purposes)
{
	const char *item;
	size_t len;

	*purposes = NULL;
	if (!x509_start())
		return false;
	if (gnutls_x509_key_purpose_init(purposes) < 0)
		return fault_memory();
	while (next_item(&list, &item, &len))
		if (!add_purpose(*purposes, item, len)) {
			gnutls_x509_key_purpose_deinit(*purposes);
			*purposes = NULL;
			return false;
		}
	return true;
}

const char *
usage_purpose_name(const char *oid)
{
	for (int i = 0; i < PURPOSES; i++)
		if (strcmp(purposes_known[i].oid, oid) == 0)
			return purposes_known[i].name;
	return oid;
}

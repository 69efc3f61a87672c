/* names.c: what a subject and an alternative name may hold (RFC 5280).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>

#include "exit.h"
#include "fault.h"
#include "names.h"
#include "text.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* PrintableString (X.680, 41.4), and what is no blank in US-ASCII */
static const char printable[] = LETTERS DIGITS " '()+,-./:=?";
static const char visible[] = LETTERS DIGITS "!\"#$%&'()*+,-./:;<=>?@[\\]^_`"
					     "{|}~";

/* GnuTLS holds to none of the limits */
static const struct name_part parts[] = {
	{ "CN", GNUTLS_OID_X520_COMMON_NAME, 64, NULL, true },
	{ "O", GNUTLS_OID_X520_ORGANIZATION_NAME, 64, NULL, false },
	{ "OU", GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME, 64, NULL, false },
	{ "C", GNUTLS_OID_X520_COUNTRY_NAME, 2, LETTERS, true },
	{ "ST", GNUTLS_OID_X520_STATE_OR_PROVINCE_NAME, 128, NULL, true },
	{ "L", GNUTLS_OID_X520_LOCALITY_NAME, 128, NULL, true },
	{ "serialNumber", "2.5.4.5", 64, printable, true },
	{ "emailAddress", GNUTLS_OID_PKCS9_EMAIL, 255, visible, false },
};

const struct name_part *
names_find(const char *name)
{
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (strcmp(parts[i].name, name) == 0)
			return &parts[i];
	return NULL;
}

bool
names_check(const struct name_part *part, const char *value)
{
	size_t len = strlen(value);

	if (len == 0)
		return fault(EXIT_DATA, "%s: empty", part->name);
	if (!text_is_clean(value, len))
		return fault(EXIT_DATA,
		    "%s: %s: not UTF-8, or with a control character",
		    part->name, value);
	if (part->limit == 2 &&
	    (len != 2 || value[strspn(value, part->allowed)] != '\0'))
		return fault(EXIT_DATA,
		    "%s: %s: not the two letters of a country (ISO 3166)",
		    part->name, value);
	if (part->allowed != NULL &&
	    value[strspn(value, part->allowed)] != '\0')
		return fault(EXIT_DATA,
		    "%s: %s: character %zu is not allowed there", part->name,
		    value, strspn(value, part->allowed) + 1);
	if (text_count(value, len) > part->limit)
		return fault(EXIT_DATA, "%s: %s: over %zu characters",
		    part->name, value, part->limit);
	return true;
}

/* A label of "_" or "*" is none of a host's, but found in certificates. */
static bool
check_dns(const char *name)
{
	static const char allowed[] = LETTERS DIGITS "-._*";

	return (name[0] != '\0' && name[strspn(name, allowed)] == '\0') ||
	       fault(EXIT_DATA, "%s: not the name of a host", name);
}

/* An absolute one with something behind its scheme (RFC 3986, 4.3). */
static bool
check_uri(const char *uri)
{
	size_t scheme = strspn(uri, LETTERS DIGITS "+-.");

	if (scheme > 0 && strchr(LETTERS, uri[0]) != NULL &&
	    uri[scheme] == ':' && uri[scheme + 1] != '\0' &&
	    uri[strspn(uri, visible)] == '\0' &&
	    strpbrk(uri, "\"<>\\^`{|}") == NULL)
		return true;
	return fault(
	    EXIT_DATA, "%s: not a URI with a scheme, in US-ASCII", uri);
}

/* local@host, in US-ASCII (RFC 5280, 4.2.1.6). */
static bool
check_email(const char *address)
{
	const char *at = strrchr(address, '@');

	if (at != NULL && at > address && at[1] != '\0' &&
	    address[strspn(address, visible)] == '\0' &&
	    strpbrk(address, "<>") == NULL && check_dns(at + 1))
		return true;
	return fault(EXIT_DATA, "%s: not an email address", address);
}

static bool
add_ip(const char *address, struct buf *out)
{
	unsigned char bytes[16];

	if (inet_pton(AF_INET, address, bytes) == 1)
		return buf_add(out, bytes, 4);
	if (inet_pton(AF_INET6, address, bytes) == 1)
		return buf_add(out, bytes, 16);
	return fault(EXIT_DATA, "%s: not an IP address", address);
}

bool
names_alternative(
    gnutls_x509_subject_alt_name_t type, const char *text, struct buf *out)
{
	switch (type) {
	case GNUTLS_SAN_DNSNAME:
		return check_dns(text) && buf_add(out, text, strlen(text));
	case GNUTLS_SAN_URI:
		return check_uri(text) && buf_add(out, text, strlen(text));
	case GNUTLS_SAN_RFC822NAME:
		return check_email(text) && buf_add(out, text, strlen(text));
	case GNUTLS_SAN_IPADDRESS:
		return add_ip(text, out);
	default:
		return fault(EXIT_USAGE, "%s: no such alternative name", text);
	}
}

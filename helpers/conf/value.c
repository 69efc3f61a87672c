/* value.c: may a configuration key hold this value?
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "exit.h"
#include "fault.h"
#include "span.h"
#include "text.h"
#include "value.h"

static bool
check_word(const struct conf_key *key, const char *value)
{
	struct buf word = { 0 };
	bool ok;

	if (!buf_print(&word, " %s ", value))
		return false;
	ok = strchr(value, ' ') == NULL &&
	     strstr(key->words, buf_text(&word)) != NULL;
	buf_free(&word);
	return ok || fault(EXIT_CONF, "%s: not one of%s", value, key->words);
}

/* The length of the host at the start of VALUE: a name, an IPv4 address, or
 * [IPv6]; 0 where there is none. */
static size_t
host_length(const char *value)
{
	size_t len;

	if (value[0] == '[') {
		len = strspn(value + 1, "0123456789abcdefABCDEF:.");
		return len > 0 && value[len + 1] == ']' ? len + 2 : 0;
	}
	len = strspn(value, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
	return value[0] != '-' ? len : 0;
}

static bool
is_port(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long port = strtoul(text, NULL, 10);

	return digits > 0 && digits <= 5 && text[digits] == '\0' &&
	       port >= 1 && port <= 65535;
}

static bool
check_host(const char *value)
{
	size_t len = host_length(value);

	if (len > 0 && (value[len] == '\0' ||
			   (value[len] == ':' && is_port(value + len + 1))))
		return true;
	return fault(EXIT_CONF, "%s: not HOST or HOST:PORT", value);
}

/* A PKCS#11 URI, without a secret: others may read the file. */
static bool
check_token(const char *value)
{
	if (strncmp(value, "pkcs11:", strlen("pkcs11:")) != 0)
		return fault(EXIT_CONF, "%s: not a PKCS#11 URI", value);
	return strstr(value, "pin-value=") == NULL ||
	       fault(EXIT_CONF,
		   "a PIN in it; put that into a file, and name it in "
		   "device.key_passphrase_path");
}

/* https://HOST, with or without :PORT and /PATH. */
static bool
check_url(const char *value)
{
	static const char scheme[] = "https://";
	size_t len = sizeof scheme - 1;
	char *host = NULL;
	bool ok = false;

	if (strncmp(value, scheme, len) == 0 && strchr(value, ' ') == NULL) {
		host = strndup(value + len, strcspn(value + len, "/"));
		ok = host != NULL && check_host(host);
	}
	free(host);
	return ok || fault(EXIT_CONF, "%s: not an https URL", value);
}

static bool
check_issuer(const char *value)
{
	return value[0] == '/' ||
	       value[strspn(value, "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_-")] == '\0' ||
	       fault(EXIT_CONF,
		   "%s: neither an issuer's name nor an absolute path", value);
}

bool
value_check(const struct conf_key *key, const char *value)
{
	struct window window;
	int64_t seconds;

	if (value[0] == '\0')
		return true;
	/* text_check_id says more, and allows less */
	if (key->type != CONF_ID && !text_is_clean(value, strlen(value)))
		return fault(EXIT_CONF,
		    "%s: not UTF-8, or with a control character", value);
	switch (key->type) {
	case CONF_TEXT:
		return true;
	case CONF_ID:
		return text_check_id(value);
	case CONF_PATH:
	case CONF_OWN:
		return value[0] == '/' ||
		       fault(EXIT_CONF, "%s: not an absolute path", value);
	case CONF_SPAN:
		return span_parse(value, &seconds);
	case CONF_WINDOW:
		return window_parse(value, &window);
	case CONF_HOST:
		return check_host(value);
	case CONF_PORT:
		return is_port(value) ||
		       fault(EXIT_CONF, "%s: not a TCP port", value);
	case CONF_TOKEN:
		return check_token(value);
	case CONF_URL:
		return check_url(value);
	case CONF_WORD:
		return check_word(key, value);
	case CONF_ISSUER:
		return check_issuer(value);
	}
	return fault(EXIT_CONF, "%s: unknown kind of value", key->name);
}

/* conf-key.h: which configuration keys there are.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CONF_KEY_H
#define CERTCYCLE_CONF_KEY_H

#include <stdbool.h>
#include <stddef.h>

/* What a value may be. */
enum conf_type {
	CONF_TEXT, /* UTF-8 without control characters */
	CONF_ID, /* a device id (text.h) */
	CONF_PATH, /* an absolute path */
	CONF_OWN, /* the same, to what no two profiles may share */
	CONF_SPAN, /* a length of time (span.h) */
	CONF_WINDOW, /* the same, or a share in percent */
	CONF_HOST, /* HOST or HOST:PORT */
	CONF_PORT, /* of TCP */
	CONF_TOKEN, /* a PKCS#11 URI (RFC 7512) */
	CONF_URL, /* https://... */
	CONF_WORD, /* one of WORDS */
	CONF_ISSUER, /* a file name, or an absolute path */
};

/* One key. FALLBACK is its default; where FROM names another key, that one's
 * value is the default. A CONF_HOST gets PORT where it names none. In a path
 * and a PKCS#11 URI "%p" stands for the profile; what certcycle.conf says of a
 * CONF_OWN or CONF_TOKEN counts for other profiles only if "%p" is in it. The
 * words of ABOUT stand in conf/certcycle.conf and certcycle.conf(5) too;
 * tests/conf-get.t holds the three together. */
struct conf_key {
	const char *name; /* SECTION.KEY, as tedge has it where it has it */
	enum conf_type type;
	const char *fallback;
	const char *from;
	int port;
	const char *words; /* of a CONF_WORD, between blanks: " a b " */
	const char *about; /* what it is for, in one to three sentences */
};

/* How many keys there are, and the INDEXth; they are sorted by name. */
size_t conf_count(void);
const struct conf_key *conf_key_at(size_t index);

/* The index of the key NAME; EXIT_CONF where there is no such key. */
bool conf_find(const char *name, size_t *index);

/* Does KEY name what no two profiles may share? */
bool conf_is_own(const struct conf_key *key);

/* The name of a kind of value, as certcycle.conf(5) has it. */
const char *conf_kind(enum conf_type type);

#endif

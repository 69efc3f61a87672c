/* conf.h: the configuration: which keys there are, and what they hold.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CONF_H
#define CERTCYCLE_CONF_H

#include <stdbool.h>
#include <stddef.h>

/* What a value may be. */
enum conf_type {
	CONF_TEXT, /* UTF-8 without control characters */
	CONF_ID, /* a device id (text.h) */
	CONF_PATH, /* an absolute path */
	CONF_SPAN, /* a length of time (span.h) */
	CONF_WINDOW, /* the same, or a share in percent */
	CONF_HOST, /* HOST or HOST:PORT */
	CONF_URL, /* https://... */
	CONF_WORD, /* one of WORDS */
	CONF_ISSUER, /* a file name, or an absolute path */
};

/* One key. FALLBACK is its default; where FROM names another key, that one's
 * value is the default. A CONF_HOST gets PORT where it names none. */
struct conf_key {
	const char *name; /* SECTION.KEY, as tedge has it where it has it */
	enum conf_type type;
	const char *fallback;
	const char *from;
	int port;
	const char *words; /* of a CONF_WORD, between blanks: " a b " */
};

struct conf;

/* All keys, COUNT of them, sorted by name; static. */
const struct conf_key *conf_keys(size_t *count);

/* Reads DIR/certcycle.conf, where it is there, then the environment
 * (CERTCYCLE_<SECTION>_<KEY>, an empty one counts as not there), then SETTINGS,
 * COUNT times "KEY=VALUE"; the later wins. Every value is checked. EXIT_CONF
 * names file and line, or the variable. CONF is freed by conf_free. */
bool conf_load(
    const char *dir, char *const *settings, size_t count, struct conf **conf);

/* The value of the INDEXth key, "" where it has none. Belongs to CONF. */
const char *conf_value(const struct conf *conf, size_t index);

/* The index of the key NAME; EXIT_CONF where there is no such key. */
bool conf_find(const char *name, size_t *index);

void conf_free(struct conf *conf);

#endif

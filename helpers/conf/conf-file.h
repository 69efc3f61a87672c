/* conf-file.h: what stands in a configuration file.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CONF_FILE_H
#define CERTCYCLE_CONF_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "conf-key.h"

enum conf_source {
	CONF_DEFAULT,
	CONF_FILE,
	CONF_PROFILE, /* the file of the profile */
	CONF_ENVIRONMENT,
	CONF_COMMAND,
};

/* What one key holds, and where it was set. */
struct conf_item {
	char *value; /* NULL: not set */
	enum conf_source source;
	int line; /* of the file */
};

/* A configuration: ITEMS has one for each key, by its index. */
struct conf {
	char *name; /* of the file */
	char *profile_name; /* of the profile's, NULL: it has none */
	struct conf_item *items;
	int *keys; /* of each line of the file: the key on it, or -1 */
	size_t lines;
};

/* A configuration in which nothing is set yet, of a file NAME; NULL: out of
 * memory. Freed by conf_free. */
struct conf *conf_new(const char *name);

/* The text of the file PATH, into TEXT; nothing where it is not there, or
 * empty. EXIT_CONF: a link that leads nowhere, no regular file; EXIT_LOCAL: it
 * cannot be read. TEXT is freed by buf_free. */
bool conf_read(const char *path, struct buf *text);

/* Takes LEN bytes, which came from NAME, for a configuration file, and that
 * alone: no default, no environment. EXIT_CONF names the line where they are
 * none. What the keys hold is looked at by conf_check only. CONF is freed by
 * conf_free. */
bool conf_parse(
    const char *text, size_t len, const char *name, struct conf **conf);

/* May each key hold what the file says? EXIT_CONF names the line where not. */
bool conf_check(const struct conf *conf);

/* The INDEXth key is VALUE from now on, which is copied. */
bool conf_set(struct conf *conf, size_t index, const char *value,
    enum conf_source source, int line);

void conf_free(struct conf *conf);

#endif

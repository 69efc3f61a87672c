/* url.h: a URL that a command line describes, part by part.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_URL_H
#define CERTCYCLE_URL_H

#include <stdbool.h>

#include "buf.h"

/* BASE is as it was given; the rest is added below. Freed by url_free. */
struct url {
	const char *base;
	struct buf segments;
	struct buf query;
};

/* Adds "/PART" with all escaped that is not fit for a path. EXIT_USAGE: what would
 * lead to another place of the server: "", "." and "..". */
bool url_add_segment(struct url *url, const char *part);

/* Adds KEY=VALUE to what stands behind the '?', escaped. EXIT_USAGE: no KEY=. */
bool url_add_query(struct url *url, const char *spec);

/* Adds all of it to OUT; with PAGE above 0 the question for that page of a list,
 * of PAGE_SIZE items. */
enum { PAGE_SIZE = 1000 };
bool url_print(const struct url *url, long page, struct buf *out);

void url_free(struct url *url);

#endif

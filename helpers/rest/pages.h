/* pages.h: a list that a REST service gives in pages, as one.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PAGES_H
#define CERTCYCLE_PAGES_H

#include <stdbool.h>
#include <jansson.h>

#include "buf.h"

/* Adds to the array ITEMS those of MEMBER of the JSON in BODY. MORE is whether
 * another page is to be asked for: this one names a next one, and has something in
 * it. Where that would be is not looked at: a server does not say where we go.
 * NAME is for messages. EXIT_UNTRUSTED: not JSON, or it has no such array. */
bool pages_take(const struct buf *body, const char *member, const char *name,
    json_t *items, bool *more);

/* Adds to OUT an object with all ITEMS in MEMBER, on a line. */
bool pages_print(json_t *items, const char *member, struct buf *out);

#endif

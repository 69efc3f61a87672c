/* pick.h: what is in JSON, found by names.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PICK_H
#define CERTCYCLE_PICK_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "buf.h"

/* What the LEN bytes of PATH lead to in JSON, whose it stays: names of members and
 * indices of arrays with a dot between. NULL: it has none. */
json_t *pick_member(json_t *json, const char *path, size_t len);

/* Adds VALUE to OUT: a string is its text, all else JSON on one line. No line end
 * is added. */
bool pick_print(const json_t *value, struct buf *out);

#endif

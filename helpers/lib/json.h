/* json.h: JSON that any terminal may see.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_JSON_H
#define CERTCYCLE_JSON_H

#include <stdbool.h>
#include <jansson.h>

#include "buf.h"

/* Adds JSON to OUT in UTF-8, with Jansson's FLAGS. All control characters are
 * escaped, also those that JSON itself allows (RFC 8259, 7): DEL and C1, which
 * terminals obey. */
bool json_print(const json_t *json, size_t flags, struct buf *out);

#endif

/* fields.h: the fields in the body of a form (RFC 7578).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FIELDS_H
#define SANDBOX_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* Adds the content of the field NAME, a file or a text, to OUT: the first, of the
 * SIZE bytes of BODY, which are of the type MEDIA, whose parameter names the
 * boundary. FOUND: it is there, and what stands behind it too, up to the next
 * boundary. */
bool fields_find(const char *media, const void *body, size_t size,
    const char *name, bool *found, struct buf *out);

#endif

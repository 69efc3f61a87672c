/* form.h: the fields of a form (RFC 7578), as a browser uploads a file.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FORM_H
#define SANDBOX_FORM_H

#include <stdbool.h>

#include "buf.h"
#include "sandbox/http/exchange.h"

/* Is the request's body multipart/form-data? */
bool form_is(const struct exchange *x);

/* Adds the content of the field NAME, a file or a text, to OUT. Otherwise it is
 * refused with 400: the body is no form, or has no such field up to its end. */
bool form_file(struct exchange *x, const char *name, struct buf *out);

/* The same of a field that need not be there. FOUND: it is, up to the
 * boundary behind it. */
bool form_text(
    struct exchange *x, const char *name, bool *found, struct buf *out);

#endif

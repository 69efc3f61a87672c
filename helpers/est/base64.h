/* base64.h: bytes as base64 text (RFC 4648).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_BASE64_H
#define CERTCYCLE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* Adds to OUT what LEN bytes of TEXT stand for. Blanks and line ends are
 * skipped wherever they are, and a NUL at the end; "=" at the end may be missing:
 * servers do all of that. EXIT_UNTRUSTED for all else, and for nothing. */
bool base64_read(const void *text, size_t len, struct buf *out);

/* Adds LEN bytes of DATA to OUT in lines of 64 (RFC 7030, 3.2.1, as servers
 * of the field want it), each with its line feed. */
bool base64_print(const void *data, size_t len, struct buf *out);

#endif

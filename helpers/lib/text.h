/* text.h: text that came from outside, before anyone else sees it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_TEXT_H
#define CERTCYCLE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* Adds LEN bytes to OUT with control characters (C0, DEL, and C1; those that
 * separate lines, and those that turn the direction of writing) and all that is
 * not UTF-8 written as \xNN, so that the text stays on its line, no terminal
 * obeys it, and nobody reads something else than what stands there. */
bool text_escape(const char *text, size_t len, struct buf *out);

/* Are the LEN bytes of TEXT valid UTF-8 without such characters? */
bool text_is_clean(const char *text, size_t len);

/* How many characters the LEN bytes of UTF-8 in TEXT are, a NUL behind them. */
size_t text_count(const char *text, size_t len);

/* Is ID a device id that Cumulocity accepts: 1 to 64 bytes of letters, digits
 * and '=(),-.?_*@!% ? EXIT_DATA names the first character that is not, and
 * its place. A leading '-' is refused too: no command may take an id for an
 * option. */
bool text_check_id(const char *id);

#endif

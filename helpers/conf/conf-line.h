/* conf-line.h: the lines that a value takes in a configuration file.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CONF_LINE_H
#define CERTCYCLE_CONF_LINE_H

#include <stdbool.h>

#include "buf.h"

/* Can VALUE stand in an INI file? EXIT_CONF says why not. */
bool line_can_hold(const char *value);

/* Adds VALUE behind PREFIX, "name = ", to OUT, over as many lines as it takes,
 * each with EOL behind it. EXIT_CONF: it is too long, and has no blank where it
 * could go on in another line. */
bool line_fold(
    const char *prefix, const char *value, const char *eol, struct buf *out);

/* The same from a line as it was: LINE is "name = value ; comment", commented
 * out or not. Its blanks stay, and its comment, which goes above where there is
 * no room. COMMENTED: commented out; a VALUE that has no room is left out. */
bool line_change(const char *line, const char *value, bool commented,
    const char *eol, struct buf *out);

#endif

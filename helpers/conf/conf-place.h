/* conf-place.h: where in a configuration file a value goes.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CONF_PLACE_H
#define CERTCYCLE_CONF_PLACE_H

#include <stdbool.h>

#include "buf.h"
#include "conf-file.h"

/* TEXT, which says OLD, says VALUE for the INDEXth key from now on, and all
 * else as before; NULL unsets the key. VALUE is one that line_can_hold
 * allows. EXIT_CONF: there is no such place; TEXT is as it was then. */
bool conf_place(
    struct buf *text, const struct conf *old, size_t index, const char *value);

#endif

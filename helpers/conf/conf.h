/* conf.h: the configuration as it is in effect.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CONF_H
#define CERTCYCLE_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "conf-file.h"

/* Reads DIR/certcycle.conf, where it is there, then the environment
 * (CERTCYCLE_<SECTION>_<KEY>, an empty one counts as not there), then SETTINGS,
 * COUNT times "KEY=VALUE"; the later wins. Every value is checked. EXIT_CONF
 * names file and line, or the variable; EXIT_LOCAL: the file is there, but
 * cannot be read. CONF is freed by conf_free. */
bool conf_load(
    const char *dir, char *const *settings, size_t count, struct conf **conf);

/* The value of the INDEXth key, "" where it has none. Belongs to CONF. */
const char *conf_value(const struct conf *conf, size_t index);

/* Adds where that comes from to OUT: FILE:LINE, the name of a variable,
 * "command line", "default", or "default, from KEY". */
bool conf_origin(const struct conf *conf, size_t index, struct buf *out);

#endif

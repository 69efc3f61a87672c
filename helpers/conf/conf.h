/* conf.h: the configuration as it is in effect.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CONF_H
#define CERTCYCLE_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "conf-file.h"

/* The profile that certcycle.conf alone describes. */
#define CONF_DEFAULT_PROFILE "default"

/* What all profiles have in common, read once. */
struct conf_base;

/* Reads DIR/certcycle.conf, where it is there; the environment
 * (CERTCYCLE_<SECTION>_<KEY>, an empty one counts as not there); the lines of
 * CERTCYCLE_SETTINGS, "KEY=VALUE" each; and SETTINGS, COUNT of the same. Every
 * value is checked. EXIT_CONF names file and line, or the variable; EXIT_LOCAL:
 * the file is there, but cannot be read. BASE is freed by conf_close. */
bool conf_open(const char *dir, char *const *settings, size_t count,
    struct conf_base **base);

/* The DIR of conf_open; belongs to BASE. */
const char *conf_dir(const struct conf_base *base);

/* What is in effect for PROFILE: BASE, and between its file and its environment
 * DIR/conf.d/PROFILE.conf, which must be there but for the default profile.
 * EXIT_CONF also where PROFILE is no name. CONF is freed by conf_free, and does
 * not need BASE any more. */
bool conf_profile(
    const struct conf_base *base, const char *profile, struct conf **conf);

void conf_close(struct conf_base *base);

/* The two in one. PROFILE may be NULL: the one that the environment variable
 * CERTCYCLE_PROFILE names, or the default one. */
bool conf_load(const char *dir, const char *profile, char *const *settings,
    size_t count, struct conf **conf);

/* Is NAME one that a profile can have: 1 to 32 letters, digits, '_' and '-',
 * the first a letter or digit? EXIT_CONF where not. */
bool conf_check_profile(const char *name);

/* PROFILE, or where that is NULL the one that CERTCYCLE_PROFILE names, or the
 * default one. */
const char *conf_profile_name(const char *profile);

/* Adds the file of PROFILE, below DIR, to PATH. EXIT_CONF: that is no name, or
 * the file is not there; unless it may be a NEW one, or is that of the default
 * profile. */
bool conf_profile_path(
    const char *dir, const char *profile, bool new, struct buf *path);

/* The value of the INDEXth key, "" where it has none. Belongs to CONF. */
const char *conf_value(const struct conf *conf, size_t index);

/* The same by its NAME, which is a key. */
const char *conf_get(const struct conf *conf, const char *name);

/* Adds where that comes from to OUT: FILE:LINE, the name of a variable,
 * "command line", "default", or "default, from KEY". */
bool conf_origin(const struct conf *conf, size_t index, struct buf *out);

#endif

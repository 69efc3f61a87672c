/* profiles.h: which profiles there are, and that no two name the same file.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PROFILES_H
#define CERTCYCLE_PROFILES_H

#include <stdbool.h>
#include <stddef.h>

#include "conf.h"

/* Names, sorted. */
struct conf_names {
	char **item;
	size_t count;
	char *wrong; /* a file of conf.d whose name is none, and why; or NULL */
};

/* All profiles: each NAME of a file conf.d/NAME.conf, and the default one where
 * there is no other, or where its certificate or what was noted of it is there.
 * Whether one can be loaded is not looked at. Files with other names count as
 * not there; but a NAME that no profile can have is one that somebody waits
 * for: the first such one is told in WRONG, which is for the caller to say, and
 * EXIT_CONF. EXIT_LOCAL: the directory is there, but cannot be read. NAMES is
 * freed by conf_names_free, on failure too. */
bool conf_profiles(const struct conf_base *base, struct conf_names *names);

void conf_names_free(struct conf_names *names);

/* The files that profiles call their own. */
struct conf_own {
	struct own_file *item;
	size_t count;
};

/* Adds those of CONF, which is the INDEXth profile and not needed afterwards.
 * OWN begins as all zeroes and is freed by conf_own_free. */
bool conf_own_add(struct conf_own *own, size_t index, const struct conf *conf);

/* Does another profile name a file of NAMES->item[I], or what cert-promote puts
 * beside it? Then WHY[I] says so, with both names, both keys, and the file, for
 * the caller to free; NULL where not. WHY has NAMES->count places; the others,
 * whose profiles were not added, become NULL. False: out of memory, and all of
 * WHY is NULL. */
bool conf_own_check(
    struct conf_own *own, const struct conf_names *names, char **why);

void conf_own_free(struct conf_own *own);

#endif

/* profile.h: the profiles that a command is about, and what it needs to know of
 * each.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PROFILE_H
#define CERTCYCLE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/profiles.h"
#include "span.h"

struct profile {
	const char *name;
	char *cert; /* device.cert_path; NULL: the profile cannot be used */
	char *state; /* state.path */
	struct window window; /* certificate.validity.minimum_duration */
	struct window spread; /* renewal.spread */
	int64_t first; /* renewal.retry.initial_interval */
	int64_t longest; /* renewal.retry.maximum_interval */
	char *wrong; /* where it cannot be used: why, and an exit code */
	int code;
};

struct profiles {
	struct conf_names names;
	struct profile *item; /* names.count of them */
};

/* Loads the profiles of the directory DIR: ALL, or the COUNT in NAMES, or where
 * there are none that of the environment. Of those looked at, no two may name
 * the same file. One that is wrong does not stop the rest. EXIT_CONF: what all
 * have in common is wrong, or what is in NAMES is no name. PROFILES is freed by
 * profiles_free, on failure too. */
bool profiles_load(const char *dir, bool all, char *const *names, size_t count,
    struct profiles *profiles);

void profiles_free(struct profiles *profiles);

#endif

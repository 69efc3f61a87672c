/* hooks.h: which programs stand in the hook directories, and may they run?
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_HOOKS_H
#define CERTCYCLE_HOOKS_H

#include <stdbool.h>
#include <stddef.h>

enum hook_state {
	HOOK_RUNS,
	HOOK_MASKED, /* a link to /dev/null */
	HOOK_IGNORED, /* its name is no hook's */
	HOOK_REFUSED, /* it could be somebody else's */
};

/* One hook. WHY says why it does not run, and is static text. INSTEAD_OF is the
 * path of the one of the same name in whose place it stands, or NULL. */
struct hook {
	char *name;
	char *path;
	enum hook_state state;
	const char *why;
	char *instead_of;
};

struct hook_list {
	struct hook *item;
	size_t count;
};

/* All that stands in DIRS/EVENT.d, COUNT directories, in the order of names (C
 * locale); of one name the last directory's wins. A directory that is not
 * there is empty. EXIT_USAGE: EVENT is no name; EXIT_LOCAL: a directory cannot
 * be read, or is a link that leads nowhere. LIST is freed by hooks_free. */
bool hooks_find(
    char *const *dirs, size_t count, const char *event, struct hook_list *list);

/* The one issuer NAME: an absolute path, or the last of DIRS/issuer/NAME.
 * EXIT_CONF where there is none; EXIT_LOCAL where that cannot be told. */
bool hooks_find_issuer(
    char *const *dirs, size_t count, const char *name, struct hook_list *list);

void hooks_free(struct hook_list *list);

#endif

/* former.c: what a file was before: PATH.old, PATH.old.2, PATH.old.3 ...
 * Each step is a rename, and the one name that is missing, or the one file that
 * is still set aside, says where the next run goes on.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "former.h"
#include "move.h"

char *
former_name(const char *path, unsigned n)
{
	char *name = NULL;

	if (n == 1)
		return file_suffixed(path, ".old");
	return asprintf(&name, "%s.old.%u", path, n) < 0 ? NULL : name;
}

char *
former_aside(const char *path)
{
	return file_suffixed(path, ".old.tmp");
}

static bool
there(const char *path, unsigned n)
{
	char *name = former_name(path, n);
	struct stat st;
	bool yes = name != NULL && lstat(name, &st) == 0;

	free(name);
	return yes;
}

/* How many there are. A run that was cut off may have left one gap. */
static unsigned
count(const char *path)
{
	unsigned n = 0;

	while (there(path, n + 1) || there(path, n + 2))
		n++;
	return n;
}

static unsigned
limit(const char *path, int keep)
{
	unsigned n;

	if (keep != FORMER_AS_IS)
		return (unsigned)keep;
	n = count(path);
	return n > 0 ? n : 1;
}

bool
former_can_keep(const char *path, int keep)
{
	unsigned most = limit(path, keep);
	struct stat st;

	for (unsigned n = 1; n <= most && there(path, n); n++) {
		char *name = former_name(path, n);
		bool ok = name != NULL && lstat(name, &st) == 0 &&
			  !S_ISDIR(st.st_mode);

		if (!ok && name != NULL)
			fault(EXIT_LOCAL, "%s: %s", name, strerror(EISDIR));
		else if (!ok)
			fault_memory();
		free(name);
		if (!ok)
			return false;
	}
	return true;
}

bool
former_save(const char *path)
{
	char *aside = former_aside(path);
	bool ok;

	if (aside == NULL)
		return fault_memory();
	ok = unlink(aside) == 0 || errno == ENOENT || fault_local(aside);
	ok = ok && move_twin(path, aside);
	free(aside);
	return ok;
}

bool
former_restore(const char *path)
{
	char *aside = former_aside(path);
	bool ok;

	if (aside == NULL)
		return fault_memory();
	ok = move_rename(aside, path) ||
	     (errno == EBUSY && move_over(aside, path));
	ok = ok && file_sync_dir(path);
	free(aside);
	return ok;
}

void
former_drop(const char *path)
{
	char *aside = former_aside(path);

	if (aside != NULL)
		unlink(aside);
	free(aside);
}

/* The one at N moves to N + 1; nothing is at 0 but what is set aside. */
static bool
move_up(const char *path, unsigned n)
{
	char *from = n > 0 ? former_name(path, n) : former_aside(path);
	char *to = former_name(path, n + 1);
	bool ok = false;

	if (from == NULL || to == NULL) {
		fault_memory();
		goto out;
	}
	if (!move_rename(from, to))
		goto out;
	/* of two names of one file, rename leaves both */
	if (unlink(from) == 0 || errno == ENOENT)
		ok = true;
	else
		fault_local(from);
out:
	free(to);
	free(from);
	return ok;
}

/* Those up to the first gap move up one, or to the last place. */
static bool
rotate(const char *path, unsigned most)
{
	unsigned gap = 1;

	while (gap < most && there(path, gap))
		gap++;
	while (gap-- > 0)
		if (!move_up(path, gap))
			return false;
	return true;
}

/* From the last one down, so that what is left has no gap. */
static bool
trim(const char *path, unsigned most)
{
	for (unsigned n = count(path); n > most; n--) {
		char *name = former_name(path, n);
		bool ok =
		    name != NULL && (unlink(name) == 0 || errno == ENOENT);

		if (!ok && name != NULL)
			fault_local(name);
		else if (!ok)
			fault_memory();
		free(name);
		if (!ok)
			return false;
	}
	return true;
}

bool
former_settle(const char *path, int keep)
{
	char *aside = former_aside(path);
	unsigned most = limit(path, keep);
	struct stat st;
	bool ok = true;

	if (aside == NULL)
		return fault_memory();
	move_forget(aside);
	if (lstat(aside, &st) == 0) {
		if (most == 0 || digest_same_files(aside, path))
			former_drop(path);
		else
			ok = rotate(path, most);
		ok = ok && file_sync_dir(path);
	}
	free(aside);
	return ok && (keep == FORMER_AS_IS || trim(path, most));
}

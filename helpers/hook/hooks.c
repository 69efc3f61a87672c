/* hooks.c: which programs stand in the hook directories, and may they run?
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "hooks.h"

static const char name_chars[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

static bool
is_plain_name(const char *name)
{
	return name[0] != '\0' && name[strspn(name, name_chars)] == '\0';
}

/* [0-9][0-9]-[A-Za-z0-9_-]*: neither a backup of an editor nor a package
 * manager's leftover is a hook. */
static bool
is_hook_name(const char *name)
{
	return strspn(name, "0123456789") >= 2 && name[2] == '-' &&
	       name[3] != '\0' && is_plain_name(name);
}

/* A link to /dev/null, be it by another path; it need not be there, as in a
 * tree that is still to become a root. */
static bool
is_masked(const char *path)
{
	char target[sizeof "/dev/null"];
	ssize_t len = readlink(path, target, sizeof target);
	struct stat null;
	struct stat st;

	if (len < 0)
		return false;
	if (len == sizeof target - 1 &&
	    memcmp(target, "/dev/null", sizeof target - 1) == 0)
		return true;
	return stat("/dev/null", &null) == 0 && stat(path, &st) == 0 &&
	       S_ISCHR(st.st_mode) && st.st_rdev == null.st_rdev;
}

static bool
is_strangers(const struct stat *st)
{
	return st->st_uid != 0 && st->st_uid != geteuid();
}

/* Could anyone but root and the caller have written what ST is of? In a sticky
 * directory, as /tmp is, others cannot replace a file. */
static bool
is_foreign(const struct stat *st)
{
	return is_strangers(st) ||
	       ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0 &&
		   !(S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0));
}

static bool
parent_is_foreign(char *path)
{
	struct stat st;

	return path == NULL || stat(dirname(path), &st) != 0 || is_foreign(&st);
}

/* Both where the hook stands and where a link of that name leads to. */
static bool
in_foreign_dir(const char *path)
{
	char *here = strdup(path);
	char *there = realpath(path, NULL);
	bool foreign = parent_is_foreign(here) || parent_is_foreign(there);

	free(here);
	free(there);
	return foreign;
}

static void
judge(struct hook *hook)
{
	struct stat st;

	hook->state = HOOK_REFUSED;
	if (lstat(hook->path, &st) == 0 && S_ISLNK(st.st_mode) &&
	    is_strangers(&st)) {
		hook->why = "a link owned by neither root nor the caller";
	} else if (is_masked(hook->path)) {
		hook->state = HOOK_MASKED;
		hook->why = "a link to /dev/null";
	} else if (stat(hook->path, &st) != 0) {
		hook->why = "it cannot be read, or its link leads nowhere";
	} else if (!S_ISREG(st.st_mode)) {
		hook->why = "not a regular file";
	} else if (is_strangers(&st)) {
		hook->why = "owned by neither root nor the caller";
	} else if (is_foreign(&st)) {
		hook->why = "writable by others: chmod go-w";
	} else if (in_foreign_dir(hook->path)) {
		hook->why = "in a directory that others can write: chmod go-w";
	} else if (access(hook->path, X_OK) != 0) {
		hook->why = "not executable: chmod +x, or mask it by a link to "
			    "/dev/null";
	} else {
		hook->state = HOOK_RUNS;
	}
}

/* Adds PATH (taken over) as NAME, or puts it in the place of an earlier one. */
static bool
add(struct hook_list *list, const char *name, char *path)
{
	struct hook hook = { .path = path };
	struct hook *more;

	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->item[i].name, name) == 0) {
			free(list->item[i].instead_of);
			list->item[i].instead_of = list->item[i].path;
			list->item[i].path = path;
			return true;
		}
	hook.name = strdup(name);
	more = reallocarray(list->item, list->count + 1, sizeof hook);
	if (more != NULL)
		list->item = more;
	if (hook.name == NULL || more == NULL) {
		free(hook.name);
		free(path);
		return fault_memory();
	}
	list->item[list->count++] = hook;
	return true;
}

/* DIR, in PARENT, could not be opened: is it just not there? One that a link
 * has lost is not: its hooks would be passed over, and nobody told. */
static bool
may_be_missing(const char *dir, const char *parent)
{
	int saved = errno;

	if (saved != ENOENT)
		return fault(EXIT_LOCAL, "%s: %s", dir, strerror(saved));
	if (!file_is_lost(dir) && !file_is_lost(parent))
		return true;
	return fault(EXIT_LOCAL, "%s: a symbolic link that leads nowhere",
	    file_is_lost(parent) ? parent : dir);
}

static bool
add_dir(struct hook_list *list, const char *parent, const char *event)
{
	struct dirent *entry;
	char *dir = NULL;
	char *path = NULL;
	DIR *stream = NULL;
	bool ok = false;

	if (asprintf(&dir, "%s/%s.d", parent, event) < 0)
		return fault_memory();
	stream = opendir(dir);
	if (stream == NULL) {
		ok = may_be_missing(dir, parent);
		goto out;
	}
	while (errno = 0, (entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (asprintf(&path, "%s/%s", dir, entry->d_name) < 0) {
			fault_memory();
			goto out;
		}
		if (!add(list, entry->d_name, path))
			goto out;
	}
	ok = errno == 0 || fault(EXIT_LOCAL, "%s: %s", dir, strerror(errno));
out:
	if (stream != NULL)
		closedir(stream);
	free(dir);
	return ok;
}

static int
by_name(const void *a, const void *b)
{
	const struct hook *one = a;
	const struct hook *two = b;

	return strcmp(one->name, two->name);
}

bool
hooks_find(
    char *const *dirs, size_t count, const char *event, struct hook_list *list)
{
	*list = (struct hook_list){ 0 };
	if (!is_plain_name(event))
		return fault(EXIT_USAGE, "%s: not the name of an event", event);
	for (size_t i = 0; i < count; i++)
		if (!add_dir(list, dirs[i], event)) {
			hooks_free(list);
			return false;
		}
	if (list->count > 0)
		qsort(list->item, list->count, sizeof *list->item, by_name);
	for (size_t i = 0; i < list->count; i++) {
		struct hook *hook = &list->item[i];

		if (is_hook_name(hook->name)) {
			judge(hook);
			continue;
		}
		hook->state = HOOK_IGNORED;
		hook->why = "its name is not NN-name";
	}
	return true;
}

/* Adds the issuer NAME where DIR has it; without DIR, NAME is its path. */
static bool
add_issuer(struct hook_list *list, const char *parent, const char *name)
{
	struct stat st;
	char *dir = NULL;
	char *path = NULL;
	bool ok = false;

	if (parent == NULL ? (path = strdup(name)) == NULL
			   : asprintf(&dir, "%s/issuer", parent) < 0 ||
				 asprintf(&path, "%s/%s", dir, name) < 0) {
		fault_memory();
	} else if (lstat(path, &st) == 0) {
		ok = add(list, name, path);
		path = NULL;
	} else if (errno != ENOENT && errno != ENOTDIR) {
		fault(EXIT_LOCAL, "%s: %s", path, strerror(errno));
	} else {
		errno = ENOENT;
		ok = parent == NULL || may_be_missing(dir, parent);
	}
	free(dir);
	free(path);
	return ok;
}

bool
hooks_find_issuer(
    char *const *dirs, size_t count, const char *name, struct hook_list *list)
{
	bool ok = true;

	*list = (struct hook_list){ 0 };
	if (name[0] == '/')
		ok = add_issuer(list, NULL, name);
	else if (!is_plain_name(name))
		ok = fault(EXIT_CONF, "issuer %s: not a name", name);
	for (size_t i = 0; ok && name[0] != '/' && i < count; i++)
		ok = add_issuer(list, dirs[i], name);
	if (ok && list->count == 0)
		ok = fault(
		    EXIT_CONF, "issuer %s: there is none of this name", name);
	if (ok)
		judge(&list->item[0]);
	else
		hooks_free(list);
	return ok;
}

void
hooks_free(struct hook_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->item[i].name);
		free(list->item[i].path);
		free(list->item[i].instead_of);
	}
	free(list->item);
	*list = (struct hook_list){ 0 };
}

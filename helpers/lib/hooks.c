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
#include "hooks.h"

static const char name_chars[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

/* [0-9][0-9]-[A-Za-z0-9_-]*: neither a backup of an editor nor a package
 * manager's leftover is a hook. */
static bool
is_hook_name(const char *name)
{
	return strspn(name, "0123456789") >= 2 && name[2] == '-' &&
	       name[3] != '\0' && name[strspn(name, name_chars)] == '\0';
}

static bool
is_masked(const char *path)
{
	char target[sizeof "/dev/null"];
	ssize_t len = readlink(path, target, sizeof target);

	return len == sizeof target - 1 &&
	       memcmp(target, "/dev/null", sizeof target - 1) == 0;
}

/* Could anyone but root and the caller have written what ST is of? In a sticky
 * directory, as /tmp is, others cannot replace a file. */
static bool
is_foreign(const struct stat *st)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return true;
	return (st->st_mode & (S_IWGRP | S_IWOTH)) != 0 &&
	       !(S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0);
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
	if (is_masked(hook->path)) {
		hook->state = HOOK_MASKED;
		hook->why = "a link to /dev/null";
	} else if (stat(hook->path, &st) != 0) {
		hook->why = "it cannot be read, or its link leads nowhere";
	} else if (!S_ISREG(st.st_mode)) {
		hook->why = "not a regular file";
	} else if (st.st_uid != 0 && st.st_uid != geteuid()) {
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
			free(list->item[i].path);
			list->item[i].path = path;
			list->item[i].overrides = true;
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
		ok = errno == ENOENT ||
		     fault(EXIT_LOCAL, "%s: %s", dir, strerror(errno));
		goto out;
	}
	while ((entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (asprintf(&path, "%s/%s", dir, entry->d_name) < 0) {
			fault_memory();
			goto out;
		}
		if (!add(list, entry->d_name, path))
			goto out;
	}
	ok = true;
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

bool
hooks_find_issuer(
    char *const *dirs, size_t count, const char *name, struct hook_list *list)
{
	struct stat st;
	char *path;

	*list = (struct hook_list){ 0 };
	if (name[0] == '/' && lstat(name, &st) == 0) {
		path = strdup(name);
		if (path == NULL)
			return fault_memory();
		if (!add(list, name, path))
			return false;
	} else if (name[0] != '/' &&
		   (name[0] == '\0' ||
		       name[strspn(name, name_chars)] != '\0')) {
		return fault(EXIT_CONF, "issuer %s: not a name", name);
	}
	for (size_t i = 0; name[0] != '/' && i < count; i++) {
		if (asprintf(&path, "%s/issuer/%s", dirs[i], name) < 0)
			return fault_memory();
		if (lstat(path, &st) != 0)
			free(path);
		else if (!add(list, name, path))
			return false;
	}
	if (list->count == 0)
		return fault(
		    EXIT_CONF, "issuer %s: there is none of this name", name);
	judge(&list->item[0]);
	return true;
}

void
hooks_free(struct hook_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->item[i].name);
		free(list->item[i].path);
	}
	free(list->item);
	*list = (struct hook_list){ 0 };
}

/* profiles.c: which profiles there are, and that no two name the same file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "profiles.h"

static const char ending[] = ".conf";

/* One file that a profile calls its own. */
struct own_file {
	char *path; /* without what does not matter in it */
	size_t profile;
	size_t key;
};

static bool
add_name(struct conf_names *names, const char *name, size_t len)
{
	char *copy = strndup(name, len);
	char **more = names->item;

	/* doubled whenever it is full */
	if ((names->count & (names->count - 1)) == 0)
		more = reallocarray(names->item,
		    names->count > 0 ? 2 * names->count : 1, sizeof *more);
	if (more != NULL)
		names->item = more;
	if (copy == NULL || more == NULL) {
		free(copy);
		return fault_memory();
	}
	names->item[names->count++] = copy;
	return true;
}

/* The file FILE of DIR, which is conf.d. */
static bool
take_file(struct conf_names *names, const char *dir, const char *file)
{
	size_t len = strlen(file);
	struct buf wrong = { 0 };

	if (file[0] == '.' || len < sizeof ending - 1 ||
	    strcmp(file + len - (sizeof ending - 1), ending) != 0)
		return true;
	len -= sizeof ending - 1;
	if (!add_name(names, file, len))
		return false;
	if (conf_check_profile(names->item[names->count - 1]) &&
	    strcmp(names->item[names->count - 1], CONF_DEFAULT_PROFILE) != 0)
		return true;
	free(names->item[--names->count]);
	if (names->wrong != NULL)
		return true;
	if (!buf_print(
		&wrong, "%s/%s: not what a profile can be called", dir, file))
		return false;
	names->wrong = (char *)wrong.data;
	return true;
}

/* DIR cannot be opened: is there just no profile? */
static bool
may_be_missing(const char *dir)
{
	if (errno != ENOENT)
		return fault(
		    errno == ENOTDIR || errno == ELOOP ? EXIT_CONF : EXIT_LOCAL,
		    "%s: %s", dir, strerror(errno));
	return !file_is_lost(dir) ||
	       fault(EXIT_CONF, "%s: a symbolic link that leads nowhere", dir);
}

static bool
list_dir(const char *dir, struct conf_names *names)
{
	DIR *stream = opendir(dir);
	struct dirent *entry;
	bool ok = true;

	if (stream == NULL)
		return may_be_missing(dir);
	while (ok && (errno = 0, entry = readdir(stream)) != NULL)
		ok = take_file(names, dir, entry->d_name);
	if (ok && errno != 0)
		ok = fault_local(dir);
	closedir(stream);
	return ok;
}

/* Is PATH there, as far as one can see? */
static bool
is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/* Does the default profile take part beside others? Its state directory alone
 * says nothing: what runs over all of them have in common is there too. */
static bool
default_is_used(const struct conf_base *base, bool *used)
{
	struct conf *conf;
	char *state;

	if (!conf_profile(base, CONF_DEFAULT_PROFILE, &conf))
		return false;
	state = file_suffixed(conf_get(conf, "state.path"), "/state");
	if (state != NULL)
		*used = is_there(conf_get(conf, "device.cert_path")) ||
			is_there(state);
	conf_free(conf);
	free(state);
	return state != NULL || fault_memory();
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool
conf_profiles(const struct conf_base *base, struct conf_names *names)
{
	char *dir = file_suffixed(conf_dir(base), "/conf.d");
	bool used = true;
	bool ok;

	*names = (struct conf_names){ 0 };
	if (dir == NULL)
		return fault_memory();
	ok = list_dir(dir, names);
	if (ok && names->count > 0)
		ok = default_is_used(base, &used);
	if (ok && used)
		ok = add_name(
		    names, CONF_DEFAULT_PROFILE, strlen(CONF_DEFAULT_PROFILE));
	if (names->count > 0)
		qsort(names->item, names->count, sizeof *names->item, by_name);
	free(dir);
	return ok;
}

void
conf_names_free(struct conf_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->item[i]);
	free(names->item);
	free(names->wrong);
	*names = (struct conf_names){ 0 };
}

/* PATH without "." and without more than one '/' between two names, so that two
 * ways to write it look the same. */
static char *
plain_path(const char *path)
{
	char *plain = strdup(path);
	char *to = plain;

	if (plain == NULL || path[0] != '/')
		return plain;
	for (const char *at = path; *at != '\0';) {
		size_t len = strcspn(at + 1, "/") + 1;

		if (len > 1 && !(len == 2 && at[1] == '.')) {
			memmove(to, at, len);
			to += len;
		}
		at += len;
	}
	*to = '\0';
	return plain;
}

bool
conf_own_add(struct conf_own *own, size_t index, const struct conf *conf)
{
	struct own_file *more =
	    reallocarray(own->item, own->count + conf_count(), sizeof *more);

	if (more == NULL)
		return fault_memory();
	own->item = more;
	for (size_t i = 0; i < conf_count(); i++) {
		const char *path = conf_value(conf, i);

		if (!conf_is_own(conf_key_at(i)) || path[0] == '\0')
			continue;
		more[own->count] =
		    (struct own_file){ plain_path(path), index, i };
		if (more[own->count].path == NULL)
			return fault_memory();
		own->count++;
	}
	return true;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct own_file *)a)->path,
	    ((const struct own_file *)b)->path);
}

/* A file of that PATH which another profile than MINE names; or NULL. */
static const struct own_file *
find_other(const struct conf_own *own, const char *path, size_t mine)
{
	size_t low = 0;
	size_t high = own->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(own->item[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < own->count; low++) {
		const struct own_file *file = &own->item[low];

		if (strcmp(file->path, path) != 0)
			break;
		if (file->profile != mine)
			return file;
	}
	return NULL;
}

/* What another profile names and is FILE, or has FILE beside it, as cert-promote
 * keeps candidates and former ones; or NULL. */
static bool
find_shared(const struct conf_own *own, const struct own_file *file,
    const struct own_file **other)
{
	size_t len = strlen(file->path);
	char *beside;

	*other = find_other(own, file->path, file->profile);
	if (*other != NULL || len < 4 ||
	    (strcmp(file->path + len - 4, ".new") != 0 &&
		strcmp(file->path + len - 4, ".old") != 0))
		return true;
	beside = strndup(file->path, len - 4);
	if (beside == NULL)
		return fault_memory();
	*other = find_other(own, beside, file->profile);
	free(beside);
	return true;
}

static bool
tell(const struct conf_names *names, const struct own_file *file,
    const struct own_file *other, char **why)
{
	struct buf text = { 0 };

	if (why[file->profile] != NULL)
		return true;
	if (!buf_print(&text,
		"%s: %s: %s: shared with %s of the profile %s, %s",
		names->item[file->profile], conf_key_at(file->key)->name,
		file->path, conf_key_at(other->key)->name,
		names->item[other->profile], other->path))
		return false;
	why[file->profile] = (char *)text.data;
	return true;
}

bool
conf_own_check(struct conf_own *own, const struct conf_names *names, char **why)
{
	const struct own_file *other;
	bool ok = true;

	for (size_t i = 0; i < names->count; i++)
		why[i] = NULL;
	if (own->count > 0)
		qsort(own->item, own->count, sizeof *own->item, by_path);
	for (size_t i = 0; ok && i < own->count; i++) {
		ok = find_shared(own, &own->item[i], &other);
		if (ok && other != NULL)
			ok = tell(names, &own->item[i], other, why) &&
			     tell(names, other, &own->item[i], why);
	}
	for (size_t i = 0; !ok && i < names->count; i++) {
		free(why[i]);
		why[i] = NULL;
	}
	return ok;
}

void
conf_own_free(struct conf_own *own)
{
	for (size_t i = 0; i < own->count; i++)
		free(own->item[i].path);
	free(own->item);
	*own = (struct conf_own){ 0 };
}

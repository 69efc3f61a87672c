/* path.c: the names of files.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "path.h"

/* as many links as the kernel follows */
enum { LINKS_MOST = 40 };

/* What the link PATH says; NULL where PATH is no link. */
static char *
target_of(const char *path)
{
	char *parent = strdup(path);
	char *joined = NULL;
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof target);

	if (parent != NULL && len > 0 && (size_t)len < sizeof target &&
	    asprintf(&joined, "%s%s%.*s",
		target[0] != '/' ? dirname(parent) : "",
		target[0] != '/' ? "/" : "", (int)len, target) < 0)
		joined = NULL;
	free(parent);
	return joined;
}

char *
path_real(const char *path)
{
	char *at = realpath(path, NULL);
	char *next;

	if (at != NULL)
		return at;
	at = strdup(path);
	for (int i = 0; at != NULL && i < LINKS_MOST; i++) {
		next = target_of(at);
		if (next == NULL)
			break;
		free(at);
		at = next;
	}
	return at;
}

char *
path_absolute(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *parent = strdup(path);
	char *joined = NULL;
	char *dir = NULL;

	if (parent != NULL)
		dir = realpath(dirname(parent), NULL);
	if (dir != NULL &&
	    asprintf(&joined, "%s/%s", strcmp(dir, "/") == 0 ? "" : dir,
		slash != NULL ? slash + 1 : path) < 0)
		joined = NULL;
	free(dir);
	free(parent);
	return joined;
}

bool
path_same(const char *a, const char *b)
{
	struct stat one;
	struct stat two;

	return stat(a, &one) == 0 && stat(b, &two) == 0 &&
	       one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/* cert-promote: a candidate becomes the active certificate, whole or not at
 * all.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "pair.h"
#include "x509.h"

enum { OPT_KEY = CLI_LONG };

static const struct cli_option options[] = {
	{ OPT_KEY, "key", "FILE", "only if NEW is for this key" },
	{ 0 },
};

static bool
local_fault(const char *path)
{
	return fault(EXIT_LOCAL, "%s: %s", path, strerror(errno));
}

static bool
same_file(const char *a, const char *b)
{
	struct stat one;
	struct stat two;

	return stat(a, &one) == 0 && stat(b, &two) == 0 &&
	       one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/* Is NEW a certificate, and for KEY where one is given? */
static bool
check_candidate(const char *new, const char *key)
{
	struct x509_list list;

	if (key != NULL)
		return pair_check(new, &(struct key_place){ key, NULL });
	if (!x509_read(new, &list))
		return false;
	x509_free(&list);
	return true;
}

/* Gives NEW owner, group and mode of the file it will replace, and puts it on
 * disk. Where it replaces nothing, all may read it: a certificate is public. */
static bool
prepare(const char *new, const struct stat *former)
{
	struct stat st;
	int fd = open(new, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool ok = false;

	if (fd < 0)
		return local_fault(new);
	if (fstat(fd, &st) != 0)
		goto out;
	if (former != NULL &&
	    (st.st_uid != former->st_uid || st.st_gid != former->st_gid) &&
	    fchown(fd, former->st_uid, former->st_gid) != 0)
		goto out;
	if (fchmod(fd, former != NULL ? former->st_mode & 07777 : 0644) != 0)
		goto out;
	ok = fsync(fd) == 0;
out:
	if (!ok)
		local_fault(new);
	close(fd);
	return ok;
}

static bool
copy_file(const char *from, const char *to, mode_t mode)
{
	struct buf text = { 0 };
	bool ok = file_read(from, &text) &&
		  file_replace(to, mode & 07777, text.data, text.len);

	buf_free(&text);
	return ok;
}

/* A second name for ACTIVE, so that no moment is without it: a hard link, or a
 * copy where the filesystem has none. */
static bool
link_former(const char *active, const char *link_name, mode_t mode)
{
	unlink(link_name); /* of a run that was cut off here */
	return link(active, link_name) == 0 ||
	       copy_file(active, link_name, mode);
}

/* That second name becomes ACTIVE.old. Where both are one file already, rename
 * does nothing at all, and the second name goes. */
static bool
settle_former(const char *link_name, const char *old)
{
	bool ok = rename(link_name, old) == 0 || local_fault(old);

	unlink(link_name);
	return ok;
}

static bool
across(const char *new, const char *active)
{
	return fault(EXIT_LOCAL,
	    "%s and %s are on two filesystems, and no rename is whole between "
	    "them: put the candidate beside the certificate",
	    new, active);
}

static bool
put_in_place(const char *new, const char *active)
{
	if (rename(new, active) == 0)
		return file_sync_dir(active);
	return errno == EXDEV ? across(new, active) : local_fault(active);
}

/* NEW takes the place of ACTIVE. ACTIVE.old is made first, but where it is what
 * comes back: then it is free only afterwards. */
static bool
replace(const char *new, const char *active, const struct stat *former)
{
	char *old = file_suffixed(active, ".old");
	char *link_name = file_suffixed(active, ".old.tmp");
	bool back = old != NULL && same_file(new, old);
	bool ok = false;

	if (old == NULL || link_name == NULL) {
		fault_memory();
		goto out;
	}
	ok =
	    link_former(active, link_name, former->st_mode) &&
	    (back || settle_former(link_name, old)) &&
	    put_in_place(new, active) &&
	    (!back || (settle_former(link_name, old) && file_sync_dir(active)));
out:
	free(link_name);
	free(old);
	return ok;
}

static bool
promote(const char *new, const char *active)
{
	struct stat former;
	struct stat candidate;
	bool replaces = stat(active, &former) == 0;

	if (!replaces && errno != ENOENT)
		return local_fault(active);
	if (replaces && same_file(new, active))
		return fault(
		    EXIT_DATA, "%s and %s are the same file", new, active);
	/* before the former one is touched */
	if (replaces && stat(new, &candidate) == 0 &&
	    candidate.st_dev != former.st_dev)
		return across(new, active);
	if (!prepare(new, replaces ? &former : NULL))
		return false;
	return replaces ? replace(new, active, &former)
			: put_in_place(new, active);
}

/* What the link PATH leads to, where that does not exist yet; NULL where PATH is
 * no link. For the caller to free. */
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

int
main(int argc, char **argv)
{
	const char *key = NULL;
	const char *new;
	const char *active;
	char *real;
	int opt;

	cli_start("cert-promote", "NEW ACTIVE",
	    "Put the certificate NEW in the place of ACTIVE, which stays as "
	    "ACTIVE.old.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		if (opt == OPT_KEY)
			key = cli_value();
	new = cli_operand(argc, argv);
	active = cli_operand(argc, argv);
	cli_no_more(argc, argv);
	if (!check_candidate(new, key))
		msg_die_fault();
	/* a link stays a link: what it points to is replaced */
	real = realpath(active, NULL);
	if (real == NULL)
		real = target_of(active);
	if (!promote(new, real != NULL ? real : active))
		msg_die_fault();
	free(real);
	return EXIT_YES;
}

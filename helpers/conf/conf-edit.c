/* conf-edit.c: a configuration file, changed where it stands.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf-edit.h"
#include "conf-file.h"
#include "conf-line.h"
#include "conf-place.h"
#include "conf.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "value.h"

/* "KEY=VALUE" or "KEY" in TEXT, which came from PATH. */
static bool
make_change(const char *path, const char *what, struct buf *text)
{
	struct conf *old = NULL;
	char *name = strndup(what, strcspn(what, "="));
	const char *value;
	size_t index;
	bool ok = false;

	if (name == NULL)
		return fault_memory();
	value = what[strlen(name)] == '=' ? what + strlen(name) + 1 : NULL;
	if (!conf_find(name, &index))
		goto out;
	if (value != NULL && (!value_check(conf_key_at(index), value) ||
				 !line_can_hold(value))) {
		fault(EXIT_CONF, "%s: %s", name, fault_text());
		goto out;
	}
	ok = conf_parse(buf_text(text), text->len, path, &old) &&
	     conf_place(text, old, index, value);
out:
	conf_free(old);
	free(name);
	return ok;
}

/* Makes edits below DIR wait for each other, until FD is closed. Not every
 * filesystem can; there the later one of two at the same time wins. */
static bool
lock_dir(const char *dir, int *fd)
{
	*fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return fault_local(dir);
	flock(*fd, LOCK_EX);
	return true;
}

/* The file of PROFILE, or what it is a link to. One that is not there is to be
 * made only if CHANGES set something. */
static char *
find_file(
    const char *dir, const char *profile, char *const *changes, size_t count)
{
	struct buf link = { 0 };
	char *path = NULL;
	bool sets = false;

	for (size_t i = 0; i < count; i++)
		sets = sets || strchr(changes[i], '=') != NULL;
	if (conf_profile_path(dir, profile, sets, &link)) {
		path = realpath(buf_text(&link), NULL);
		if (path == NULL) /* not there, or conf_read says why */
			path = strdup(buf_text(&link));
		if (path == NULL)
			fault_memory();
	}
	buf_free(&link);
	return path;
}

/* The directory that PATH is to stand in. */
static bool
make_dir(const char *path)
{
	char *dir = strndup(path, (size_t)(strrchr(path, '/') - path));
	bool ok;

	if (dir == NULL)
		return fault_memory();
	if (mkdir(dir, 0755) == 0) /* an umask may take from that */
		ok = (chmod(dir, 0755) == 0 || fault_local(dir)) &&
		     file_sync_dir(dir);
	else
		ok = errno == EEXIST || fault_local(dir);
	free(dir);
	return ok;
}

/* TEXT, which came from PATH, with all changes, checked. */
static bool
make_changes(
    const char *path, char *const *changes, size_t count, struct buf *text)
{
	struct conf *conf = NULL;
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++)
		ok = make_change(path, changes[i], text);
	ok = ok && conf_parse(buf_text(text), text->len, path, &conf) &&
	     conf_check(conf);
	conf_free(conf);
	return ok;
}

bool
conf_edit(
    const char *dir, const char *profile, char *const *changes, size_t count)
{
	char *path = find_file(dir, profile, changes, count);
	struct buf before = { 0 };
	struct buf text = { 0 };
	int lock = -1;
	bool ok = false;

	if (path == NULL || !lock_dir(dir, &lock) ||
	    !conf_read(path, &before) ||
	    !buf_add(&text, buf_text(&before), before.len) ||
	    !make_changes(path, changes, count, &text))
		goto out;
	ok = strcmp(buf_text(&text), buf_text(&before)) == 0;
	if (ok)
		msg_trace("%s: nothing to change", path);
	ok = ok || (make_dir(path) &&
		       file_replace(path, 0644, buf_text(&text), text.len));
out:
	if (lock >= 0)
		close(lock);
	buf_free(&text);
	buf_free(&before);
	free(path);
	return ok;
}

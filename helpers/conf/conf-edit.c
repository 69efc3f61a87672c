/* conf-edit.c: a configuration file, changed where it stands.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "conf-edit.h"
#include "conf-file.h"
#include "conf-line.h"
#include "conf-place.h"
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

/* Makes edits of one file wait for each other, until FD is closed. Not every
 * filesystem can; there the later one of two at the same time wins. */
static bool
lock_dir(const char *path, int *fd)
{
	char *copy = strdup(path);
	const char *dir = copy != NULL ? dirname(copy) : NULL;

	if (copy == NULL)
		return fault_memory();
	*fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd >= 0)
		flock(*fd, LOCK_EX);
	else
		fault(EXIT_LOCAL, "%s: %s", dir, strerror(errno));
	free(copy);
	return *fd >= 0;
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
conf_edit(const char *dir, char *const *changes, size_t count)
{
	char *link = file_suffixed(dir, "/certcycle.conf");
	char *path = link != NULL ? realpath(link, NULL) : NULL;
	struct buf before = { 0 };
	struct buf text = { 0 };
	int lock = -1;
	bool ok = false;

	if (path == NULL) /* not there, or conf_read says why */
		path = link != NULL ? strdup(link) : NULL;
	if (path == NULL) {
		fault_memory();
		goto out;
	}
	if (!lock_dir(path, &lock) || !conf_read(path, &before) ||
	    !buf_add(&text, buf_text(&before), before.len) ||
	    !make_changes(path, changes, count, &text))
		goto out;
	ok = strcmp(buf_text(&text), buf_text(&before)) == 0;
	if (ok)
		msg_trace("%s: nothing to change", path);
	ok = ok || file_replace(path, 0644, buf_text(&text), text.len);
out:
	if (lock >= 0)
		close(lock);
	buf_free(&text);
	buf_free(&before);
	free(path);
	free(link);
	return ok;
}

/* history.c: what happened to a profile: the file "history" in its state
 * directory, a line for each event.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault.h"
#include "file.h"
#include "history.h"

/* The file again, without the older half of its lines, and with LINE. */
static bool
halve(const char *name, int fd, const struct buf *line)
{
	struct buf text = { 0 };
	struct buf rest = { 0 };
	const unsigned char *cut = NULL;
	bool ok = file_read_fd(fd, name, &text);
	size_t from = text.len / 2;

	if (ok && from > 0)
		cut = memchr(text.data + from, '\n', text.len - from);
	if (cut != NULL)
		from = (size_t)(cut - text.data) + 1;
	ok = ok && buf_add(&rest, text.data + from, text.len - from) &&
	     (rest.len == 0 || rest.data[rest.len - 1] == '\n' ||
		 buf_add(&rest, "\n", 1)) &&
	     buf_add(&rest, line->data, line->len) &&
	     file_replace(name, 0600, rest.data, rest.len);
	buf_free(&rest);
	buf_free(&text);
	return ok;
}

/* LINE at the end of FD, which holds SIZE bytes. */
static bool
append(const char *name, int fd, off_t size, const struct buf *line)
{
	struct buf text = { 0 };
	char last = '\n';
	bool ok = true;

	if (size > 0 && pread(fd, &last, 1, size - 1) != 1)
		return fault_local(name);
	if (last != '\n')
		ok = buf_add(&text, "\n", 1);
	ok = ok && buf_add(&text, line->data, line->len) &&
	     file_write_fd(fd, name, text.data, text.len);
	buf_free(&text);
	return ok && (size > 0 || file_sync_dir(name));
}

bool
history_add(const char *dir, const struct buf *line)
{
	char *name = file_suffixed(dir, "/history");
	struct stat st;
	bool ok;
	int fd;

	if (name == NULL)
		return fault_memory();
	fd = open(
	    name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || fstat(fd, &st) != 0)
		ok = fault_local(name);
	else if (st.st_size + (off_t)line->len < HISTORY_LIMIT)
		ok = append(name, fd, st.st_size, line);
	else
		ok = halve(name, fd, line);
	if (fd >= 0)
		close(fd);
	free(name);
	return ok;
}

bool
history_read(const char *dir, struct buf *out)
{
	char *name = file_suffixed(dir, "/history");
	bool ok = true;
	int fd;

	if (name == NULL)
		return fault_memory();
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		ok = file_read_fd(fd, name, out);
		close(fd);
	} else if (errno != ENOENT) {
		ok = fault_local(name);
	}
	free(name);
	return ok;
}

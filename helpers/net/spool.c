/* spool.c: input that can be read once only, for libraries that want a file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault.h"
#include "file.h"
#include "spool.h"

bool
spool_needed(const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 ||
	       (stat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
		   !S_ISDIR(st.st_mode));
}

bool
spool_put(const void *data, size_t len, struct buf *name)
{
	const char *at = data;
	int fd = memfd_create("certcycle", MFD_CLOEXEC);
	ssize_t put;

	if (fd < 0)
		return fault_errno("memory");
	while (len > 0) {
		put = write(fd, at, len);
		if (put < 0) {
			fault_errno("memory");
			close(fd);
			return false;
		}
		at += put;
		len -= (size_t)put;
	}
	return buf_print(name, "/proc/self/fd/%d", fd);
}

bool
spool_file(const char **path, struct buf *name)
{
	struct buf text = { 0 };
	bool ok;

	if (*path == NULL || !spool_needed(*path))
		return true;
	ok = file_read(*path, &text) && spool_put(text.data, text.len, name);
	buf_free(&text);
	if (ok)
		*path = buf_text(name);
	return ok;
}

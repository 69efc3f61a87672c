/* spool.c: input that can be read once only, for libraries that want a file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "spool.h"
#include "x509.h"

bool
spool_needed(const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 ||
	       (stat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
		   !S_ISDIR(st.st_mode));
}

static bool
write_all(int fd, const char *data, size_t len)
{
	ssize_t put;

	for (; len > 0; data += put, len -= (size_t)put) {
		put = write(fd, data, len);
		if (put < 0)
			return false;
	}
	return true;
}

bool
spool_put(const void *data, size_t len, struct buf *name)
{
	const int seals =
	    F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int fd = memfd_create("certcycle", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd >= 0 && write_all(fd, data, len) &&
	    fcntl(fd, F_ADD_SEALS, seals) == 0)
		return buf_print(name, "/proc/self/fd/%d", fd);
	fault(EXIT_LOCAL, "a file in memory: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return false;
}

bool
spool_anchors(const char **path, struct buf *name)
{
	const char *from = *path;
	struct x509_list list = { 0 };
	struct buf text = { 0 };
	bool ok;

	if (from == NULL || !spool_needed(from))
		return true;
	ok = file_read(from, &text) &&
	     x509_parse(text.data, text.len, file_name(from), &list) &&
	     spool_put(text.data, text.len, name);
	x509_free(&list);
	buf_free(&text);
	if (ok)
		*path = buf_text(name);
	return ok;
}

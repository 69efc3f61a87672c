/* core.c: what a crash leaves behind.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <unistd.h>
#include <sys/resource.h>

#include "core.h"

void
core_forbid(void)
{
	struct rlimit limit;
	int fd;

	if (getrlimit(RLIMIT_CORE, &limit) == 0) {
		limit.rlim_cur = 0;
		setrlimit(RLIMIT_CORE, &limit);
	}
	/* a program that the kernel pipes images to is not bound by the limit:
	 * it gets one without memory (core(5)) */
	fd = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, "0", 1) != 1) {
		/* the limit is what most look at */
	}
	close(fd);
}

/* asked.c: a mark that a request went out with a password.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asked.h"
#include "fault.h"
#include "file.h"

bool
asked_open(const char *save, struct asked *out)
{
	struct stat st;

	*out = (struct asked){ .name = NULL };
	if (save == NULL)
		return true;
	out->name = file_suffixed(save, ".asked");
	if (out->name == NULL)
		return fault_memory();
	out->before = lstat(out->name, &st) == 0;
	return true;
}

bool
asked_mark(const struct asked *asked)
{
	struct stat st;

	return asked->name == NULL || lstat(asked->name, &st) == 0 ||
	       file_create(asked->name, 0600, "", 0);
}

void
asked_clear(const struct asked *asked)
{
	if (!asked->before)
		asked_forget(asked);
}

void
asked_forget(const struct asked *asked)
{
	if (asked->name != NULL)
		unlink(asked->name);
}

void
asked_free(struct asked *asked)
{
	free(asked->name);
	asked->name = NULL;
}

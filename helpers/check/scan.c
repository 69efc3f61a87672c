/* scan.c: the files that a command is asked about, one after the other.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "scan.h"

bool
scan_is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Has it the name of a certificate? A name with a dot in front is that of a file
 * on its way. */
static int
is_wanted(const struct dirent *entry)
{
	static const char *const ends[] = { ".pem", ".crt", ".cer" };
	size_t len = strlen(entry->d_name);

	if (entry->d_name[0] == '.' || len < 5)
		return 0;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (strcmp(entry->d_name + len - 4, ends[i]) == 0)
			return 1;
	return 0;
}

/* A pipe, which would be waited for, a directory and the like; what is not there
 * at all is to be told. */
static bool
is_no_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static bool
hand_on(const struct scan *scan, const char *name, const struct dirent *entry,
    unsigned *count)
{
	const char *slash = name[strlen(name) - 1] == '/' ? "" : "/";
	struct buf path = { 0 };

	if (!buf_print(&path, "%s%s%s", name, slash, entry->d_name))
		return false;
	if (entry->d_type == DT_REG || !is_no_file(buf_text(&path))) {
		scan->file(scan->context, buf_text(&path), true);
		++*count;
	}
	buf_free(&path);
	return true;
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool
scan_directory(const struct scan *scan, const char *name)
{
	struct dirent **entries = NULL;
	int total = scandir(name, &entries, is_wanted, by_bytes);
	unsigned count = 0;
	bool ok = true;

	if (total < 0)
		return fault_errno(name);
	for (int i = 0; i < total; i++) {
		ok = ok && hand_on(scan, name, entries[i], &count);
		free(entries[i]);
	}
	free(entries);
	if (ok && count == 0)
		return fault(
		    EXIT_DATA, "%s: no file *.pem, *.crt or *.cer in it", name);
	return ok;
}

bool
scan_name(const struct scan *scan, const char *name)
{
	if (scan_is_directory(name))
		return scan_directory(scan, name);
	scan->file(scan->context, name, false);
	return true;
}

bool
scan_list(const struct scan *scan, const char *list, char end,
    void (*tell)(void *context))
{
	bool std = strcmp(list, "-") == 0;
	FILE *in = std ? stdin : fopen(list, "re");
	char *name = NULL;
	size_t size = 0;
	ssize_t len;
	bool ok;

	if (in == NULL)
		return fault_errno(list);
	errno = 0;
	while ((len = getdelim(&name, &size, end, in)) > 0) {
		if (name[len - 1] == end)
			name[--len] = '\0';
		if (len == 0)
			continue;
		if (strlen(name) != (size_t)len)
			fault(EXIT_DATA, "%s: a NUL in a line of names", list);
		else if (std && strcmp(name, "-") == 0)
			fault(EXIT_DATA, "-: standard input is the list");
		else if (scan_name(scan, name))
			continue;
		tell(scan->context);
	}
	ok = ferror(in) == 0 && feof(in) != 0;
	if (!ok)
		fault_errno(file_name(list));
	free(name);
	if (!std)
		fclose(in);
	return ok;
}

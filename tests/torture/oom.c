/* oom.c: a library to preload, with which memory runs out where a test wants it.
 * OOM_AT=N: the N-th allocation fails; with OOM_ON set, all behind it do, too.
 * OOM_OWN set: those count that the program itself asks for, be it through the C
 * library; not those that other libraries need.
 * OOM_COUNT=FILE: how many counted is written there in the end.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* the C library's own, which these stand in front of */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

/* where code is */
struct range {
	uintptr_t from, to;
};

/* as deep as asprintf and its like are */
enum { DEEP = 24 };

static struct range program, libc;
static unsigned long seen, at;
static bool on, own, ready;

static bool
in(const struct range *range, const void *where)
{
	return (uintptr_t)where >= range->from && (uintptr_t)where < range->to;
}

/* Whether what returns to CALLER works for the program itself. */
static bool
is_own(const void *caller)
{
	void *frames[DEEP];
	int count;

	if (in(&program, caller))
		return true;
	if (!in(&libc, caller))
		return false;
	count = backtrace(frames, DEEP);
	for (int i = 0, met = 0; i < count; i++) {
		met |= in(&libc, frames[i]);
		if (met && !in(&libc, frames[i]))
			return in(&program, frames[i]);
	}
	return false;
}

/* Whether this one, which returns to CALLER, fails. */
static bool
is_refused(const void *caller)
{
	unsigned long now;

	if (own && (!ready || !is_own(caller)))
		return false;
	now = __atomic_add_fetch(&seen, 1, __ATOMIC_RELAXED);
	if (!ready || at == 0 || (on ? now < at : now != at))
		return false;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t size)
{
	return is_refused(__builtin_return_address(0)) ? NULL
						       : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return is_refused(__builtin_return_address(0))
		   ? NULL
		   : __libc_calloc(count, size);
}

void *
realloc(void *old, size_t size)
{
	return is_refused(__builtin_return_address(0))
		   ? NULL
		   : __libc_realloc(old, size);
}

static int
note_object(struct dl_phdr_info *object, size_t size, void *first)
{
	bool *is_first = first;
	struct range *range = *is_first ? &program : &libc;

	(void)size;
	if (!*is_first && strstr(object->dlpi_name, "/libc.so") == NULL)
		return 0;
	*is_first = false;
	for (size_t i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];

		if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0)
			continue;
		range->from = object->dlpi_addr + part->p_vaddr;
		range->to = range->from + part->p_memsz;
	}
	return 0;
}

/* Says whether the crash is in the program itself, or in what it calls. */
static void
crashed(int number)
{
	void *frames[DEEP];
	int count = backtrace(frames, DEEP);

	if (write(STDERR_FILENO, "oom: crash\n", 11) == 11)
		backtrace_symbols_fd(frames, count, STDERR_FILENO);
	signal(number, SIG_DFL);
	raise(number);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *text = getenv("OOM_AT");
	bool first = true;
	void *frame;

	/* the first one loads what it needs */
	backtrace(&frame, 1);
	dl_iterate_phdr(note_object, &first);
	signal(SIGSEGV, crashed);
	signal(SIGABRT, crashed);
	at = text != NULL ? strtoul(text, NULL, 10) : 0;
	on = getenv("OOM_ON") != NULL;
	own = getenv("OOM_OWN") != NULL;
	seen = 0;
	ready = true;
}

__attribute__((destructor)) static void
end(void)
{
	const char *path = getenv("OOM_COUNT");
	char text[32];
	int len = snprintf(text, sizeof text, "%lu\n", seen);
	int fd = -1;

	if (path != NULL)
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, text, (size_t)len) != len)
		at = 0;
	if (fd >= 0)
		close(fd);
}

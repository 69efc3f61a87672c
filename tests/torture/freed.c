/* freed: a library that is loaded before others, for what `left` runs: who
 * gives memory back with a secret in it?
 * SPDX-License-Identifier: Apache-2.0
 *
 * LEFT_NEEDLES is a file with twelve bytes after twelve bytes to look for, all
 * of them turned by MASK, so that this library itself holds none. Where a
 * library frees such bytes, its name goes to the file LEFT_FREED, and they are
 * wiped: what is left then, the program has left. Where the program frees them,
 * they stay. */
#include "config.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "left.h"

static struct {
	unsigned char all[LEFT_MOST][LEFT_WINDOW];
	size_t count;
	bool heads[256 * 256];
	int told;
	void (*give)(void *);
} freed = { .told = -1 };

static void __attribute__((constructor)) start(void)
{
	const char *needles = getenv("LEFT_NEEDLES");
	const char *told = getenv("LEFT_FREED");
	int fd = needles != NULL ? open(needles, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t len;

	if (fd < 0 || told == NULL)
		return;
	freed.told =
	    open(told, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	len = read(fd, freed.all, sizeof freed.all);
	close(fd);
	freed.count = len > 0 ? (size_t)len / LEFT_WINDOW : 0;
	for (size_t i = 0; i < freed.count; i++)
		freed.heads[freed.all[i][0] << 8 | freed.all[i][1]] = true;
}

/* Are the bytes at DATA some to look for? */
static bool
is_needle(const unsigned char *data)
{
	if (!freed.heads[(data[0] ^ LEFT_MASK) << 8 | (data[1] ^ LEFT_MASK)])
		return false;
	for (size_t i = 0; i < freed.count; i++) {
		size_t at = 0;

		while (at < LEFT_WINDOW &&
		       (data[at] ^ LEFT_MASK) == freed.all[i][at])
			at++;
		if (at == LEFT_WINDOW)
			return true;
	}
	return false;
}

/* BLOCK is freed by the code at CALLER. */
static void
look(void *block, const void *caller)
{
	unsigned char *data = block;
	size_t size = malloc_usable_size(block);
	const char *name;
	Dl_info info;

	for (size_t at = 0; at + LEFT_WINDOW <= size; at++) {
		if (!is_needle(data + at))
			continue;
		/* the program itself is no library: "lib" is not in its name */
		if (dladdr(caller, &info) == 0 || info.dli_fname == NULL ||
		    (name = strrchr(info.dli_fname, '/')) == NULL ||
		    strncmp(name, "/lib", 4) != 0)
			return;
		dprintf(freed.told, "%s %s\n", name + 1,
		    info.dli_sname != NULL ? info.dli_sname : "-");
		explicit_bzero(block, size);
		return;
	}
}

static void
give(void *block)
{
	if (freed.give == NULL)
		*(void **)&freed.give = dlsym(RTLD_NEXT, "free");
	freed.give(block);
}

void
free(void *block)
{
	if (block != NULL && freed.count > 0)
		look(block, __builtin_return_address(0));
	give(block);
}

/* As one that always moves: what it leaves behind is looked at. */
void *
realloc(void *block, size_t size)
{
	size_t old = block != NULL ? malloc_usable_size(block) : 0;
	void *made = malloc(size);

	if (made == NULL || block == NULL)
		return made;
	memcpy(made, block, old < size ? old : size);
	if (freed.count > 0)
		look(block, __builtin_return_address(0));
	give(block);
	return made;
}

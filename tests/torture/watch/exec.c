/* exec.c: what a process becomes, by which arguments, with which environment.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "exec.h"
#include "files.h"
#include "found.h"
#include "secret.h"
#include "tree.h"

/* as many pointers, and bytes of a string, as the kernel takes */
enum { PIECE = 4096, LIST_MOST = 1 << 18 };

static size_t counts[2];

/* Up to SIZE bytes at the address AT of PID, but not over the end of its page:
 * what comes behind may not be there. How many. */
static size_t
peek(pid_t pid, uint64_t at, void *to, size_t size)
{
	struct iovec here = { to, size };
	struct iovec there = { (void *)(uintptr_t)at, size };
	ssize_t got;

	if (size > PIECE - at % PIECE)
		here.iov_len = there.iov_len = PIECE - at % PIECE;
	got = process_vm_readv(pid, &here, 1, &there, 1, 0);
	return got > 0 ? (size_t)got : 0;
}

char *
exec_string(pid_t pid, uint64_t at)
{
	char *text = NULL;
	size_t len = 0;

	for (;;) {
		char *more = realloc(text, len + PIECE + 1);
		size_t got =
		    more == NULL ? 0 : peek(pid, at + len, more + len, PIECE);

		if (got == 0) {
			free(more != NULL ? more : text);
			return NULL;
		}
		text = more;
		text[len + got] = '\0';
		if (strlen(text + len) < got)
			return text;
		len += got;
	}
}

/* The strings that a list of pointers at AT holds, and a NULL. */
static char **
strings_of(pid_t pid, uint64_t at)
{
	char **list = calloc(1, sizeof *list);
	char **more;
	size_t count = 0;
	uintptr_t pointer;

	while (list != NULL && at != 0 && count < LIST_MOST &&
	       peek(pid, at + count * sizeof pointer, &pointer,
		   sizeof pointer) == sizeof pointer &&
	       pointer != 0) {
		char *text = exec_string(pid, pointer);

		if (text == NULL)
			break;
		more = reallocarray(list, count + 2, sizeof *list);
		if (more == NULL)
			abort();
		list = more;
		list[count++] = text;
		list[count] = NULL;
	}
	if (list == NULL)
		abort();
	return list;
}

static void
free_strings(char **list)
{
	for (char **at = list; *at != NULL; at++)
		free(*at);
	free(list);
}

static bool
ends_with(const char *text, const char *end)
{
	size_t len = strlen(text);

	return len >= strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

/* Is this a program of certcycle, by where it is? */
static bool
is_ours(const char *file, char **argv)
{
	static const char *const places[] = { "/stage/bin/", "/stage/libexec/",
		"/helpers/", "/demo/", "/examples/" };

	if (ends_with(file, "sh") && argv[0] != NULL && argv[1] != NULL)
		file = argv[1];
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (strstr(file, places[i]) != NULL)
			return true;
	return false;
}

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Where the watcher finds the FILE of PID. */
static void
place_of(pid_t pid, const char *file, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "/proc/%d/%s/%s", pid,
	    *file == '/' ? "root" : "cwd", file);
}

/* What is in the files that options of ours name. */
static void
learn(pid_t pid, char **argv)
{
	static const struct {
		const char *option, *kind;
	} options[] = { { "--passphrase-file", "passphrase" },
		{ "--password-file", "password" },
		{ "--proxy-password-file", "password" },
		{ "--challenge-password-file", "password" },
		{ "--one-time-password-file", "one-time password" },
		{ "--token-file", "token" }, { "--netrc", "password" } };

	for (; *argv != NULL; argv++)
		for (size_t i = 0; i < sizeof options / sizeof options[0];
		     i++) {
			size_t len = strlen(options[i].option);
			const char *file = *argv + len + 1;
			char path[PATH_MAX];

			if (strncmp(*argv, options[i].option, len) != 0)
				continue;
			if ((*argv)[len] == '\0' && argv[1] != NULL)
				file = argv[1];
			else if ((*argv)[len] != '=')
				continue;
			place_of(pid, file, path);
			secret_learn_file(path, options[i].kind);
		}
}

/* The name of the test that a shell begins to run; 0: none. */
static int
test_of(char **argv)
{
	for (int i = 1; i < 4 && argv[0] != NULL && argv[i] != NULL; i++)
		if (ends_with(argv[i], ".t"))
			return found_test(base_of(argv[i]));
	return 0;
}

/* Is FILE there, for PID? A search along PATH tries what is not. */
static bool
is_there(pid_t pid, const char *file)
{
	char path[PATH_MAX];

	/* an empty one is a descriptor, which is there */
	place_of(pid, file, path);
	return access(path, F_OK) == 0;
}

static void
look_at(const struct branch *who, char **list, const char *where)
{
	for (; *list != NULL; list++)
		found_string(who, *list, where);
}

bool
exec_look(pid_t pid, uint64_t file, uint64_t argv, uint64_t envp)
{
	struct branch *who = tree_at(pid);
	char *name = exec_string(pid, file);
	char **arguments;
	bool ours = who->ours;
	int test;

	if (name == NULL || !is_there(pid, name)) {
		free(name);
		return false;
	}
	arguments = strings_of(pid, argv);
	test = test_of(arguments);
	if (test > 0)
		who->test = test;
	if (!ours && is_ours(name, arguments))
		who->ours = who->first = true;
	/* its names are few, and in reports */
	who->name = tree_name(base_of(name));
	counts[who->ours]++;
	if (who->ours) {
		char **environment = strings_of(pid, envp);

		learn(pid, arguments);
		/* what a test gives to it, it has to take, and to become the
		 * program that needs it */
		if (!who->first) {
			look_at(who, arguments, "an argument");
			look_at(who, environment, "the environment");
		}
		files_inherited(pid, !ours);
		free_strings(environment);
	}
	free_strings(arguments);
	free(name);
	return true;
}

size_t
exec_count(bool ours)
{
	return ours ? counts[true] : counts[true] + counts[false];
}

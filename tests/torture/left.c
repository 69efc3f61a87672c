/* left: what a program leaves in its memory when it ends.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: left [-v] [-f FILE] [-l LIBRARY] [-k KEY]... [-w FILE]...
 *            -- COMMAND [ARGUMENT]...
 *
 * COMMAND is held when it ends, behind all that it does at its end, and its
 * memory is read: for the numbers of the private key in the file KEY, in either
 * order of bytes, for its text, and for the first line of FILE. Any twelve
 * bytes on end are enough, for who frees memory writes over the first of it. A
 * line on descriptor 3 for each that is left: what it is, where, and how often;
 * -v shows the bytes around it. With LIBRARY, which is `freed`, what other
 * libraries free is told in FILE, and not counted. Ends as COMMAND does; 99: it
 * could not be held. */
#include "config.h"

#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "left.h"

enum { WINDOW = LEFT_WINDOW, MOST = LEFT_MOST, NAME = 64 };

/* Twelve bytes of something. */
struct needle {
	const char *what;
	unsigned char bytes[WINDOW];
};

static struct {
	struct needle all[MOST];
	size_t count;
	bool heads[256 * 256]; /* does one begin with these two bytes? */
	bool verbose;
} needles;

/* Where some was found. */
struct place {
	const char *what;
	char where[NAME];
	size_t times;
};

static struct {
	struct place all[MOST];
	size_t count;
} places;

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "left: %s\n", what);
	exit(99);
}

/* Each third part of LEN bytes at DATA, from its end back, is looked for. */
static void
add(const char *what, const unsigned char *data, size_t len)
{
	for (size_t end = len; end >= WINDOW; end -= WINDOW) {
		struct needle *to = &needles.all[needles.count++];

		if (needles.count == MOST)
			die("too much to look for");
		to->what = what;
		memcpy(to->bytes, data + end - WINDOW, WINDOW);
		needles.heads[to->bytes[0] << 8 | to->bytes[1]] = true;
	}
}

/* A number of a key: as it is written, and as it is in memory. */
static void
add_number(const char *what, const char *reversed, const gnutls_datum_t *number)
{
	unsigned char turned[1024];

	if (number->size > sizeof turned)
		die("a number too long");
	for (unsigned i = 0; i < number->size; i++)
		turned[i] = number->data[number->size - 1 - i];
	add(what, number->data, number->size);
	add(reversed, turned, number->size);
}

static void
add_rsa(gnutls_privkey_t key)
{
	gnutls_datum_t m, e, d, p, q, u, e1, e2;

	if (gnutls_privkey_export_rsa_raw(
		key, &m, &e, &d, &p, &q, &u, &e1, &e2) < 0)
		die("its numbers cannot be had");
	add_number("exponent", "exponent (turned)", &d);
	add_number("prime", "prime (turned)", &p);
	add_number("prime", "prime (turned)", &q);
	add_number("coefficient", "coefficient (turned)", &u);
	add_number("exponent", "exponent (turned)", &e1);
	add_number("exponent", "exponent (turned)", &e2);
}

static void
add_key(const char *path)
{
	gnutls_datum_t text, x, y, k;
	gnutls_ecc_curve_t curve;
	gnutls_privkey_t key;
	int number = 0;
	char *rest;
	char *line;
	bool ec;

	if (gnutls_load_file(path, &text) < 0 ||
	    gnutls_privkey_init(&key) < 0 ||
	    gnutls_privkey_import_x509_raw(
		key, &text, GNUTLS_X509_FMT_PEM, NULL, 0) < 0)
		die("a key cannot be read");
	ec = gnutls_privkey_get_pk_algorithm(key, NULL) != GNUTLS_PK_RSA;
	/* first comes what all keys have, and of RSA the public half; of EC
	 * that is at the end */
	for (line = strtok_r((char *)text.data, "\n", &rest); line != NULL;
	     number++) {
		if (number == 1 && ec)
			add("text of the key", (unsigned char *)line + 48, 16);
		else if (ec ? number == 2 : number > 7 && strlen(line) == 64)
			add("text of the key", (unsigned char *)line, 24);
		line = strtok_r(NULL, "\n", &rest);
	}
	if (!ec)
		add_rsa(key);
	else if (gnutls_privkey_export_ecc_raw(key, &curve, &x, &y, &k) < 0)
		die("its numbers cannot be had");
	else
		add_number("scalar", "scalar (turned)", &k);
}

static void
add_word(const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t len = file != NULL ? getline(&line, &size, file) : -1;
	const char *base = strrchr(path, '/');

	if (len < WINDOW)
		die("a word too short");
	add(base != NULL ? base + 1 : path, (unsigned char *)line,
	    (size_t)len - (line[len - 1] == '\n'));
	fclose(file);
}

static void
found(const char *what, const char *where)
{
	for (size_t i = 0; i < places.count; i++)
		if (places.all[i].what == what &&
		    strcmp(places.all[i].where, where) == 0) {
			places.all[i].times++;
			return;
		}
	if (places.count == MOST)
		die("too much is found");
	places.all[places.count] = (struct place){ .what = what, .times = 1 };
	snprintf(places.all[places.count++].where, NAME, "%s", where);
}

static void
show(const char *what, const unsigned char *data, size_t at, size_t len)
{
	size_t from = at > 64 ? at - 64 : 0;

	dprintf(3, "# %s: ", what);
	for (size_t i = from; i < at + 64 && i < len; i++)
		dprintf(3, isprint(data[i]) ? "%c" : "\\%02x", data[i]);
	dprintf(3, "\n");
}

static void
search(const unsigned char *data, size_t len, const char *where)
{
	for (size_t at = 0; at + WINDOW <= len; at++) {
		if (!needles.heads[data[at] << 8 | data[at + 1]])
			continue;
		for (size_t i = 0; i < needles.count; i++) {
			if (memcmp(needles.all[i].bytes, data + at, WINDOW) !=
			    0)
				continue;
			found(needles.all[i].what, where);
			if (needles.verbose)
				show(needles.all[i].what, data, at, len);
			break;
		}
	}
}

/* All that PID may write to or has written to. */
static void
search_memory(pid_t pid)
{
	char path[64], line[4096];
	FILE *maps;
	int mem;

	snprintf(path, sizeof path, "/proc/%d/mem", pid);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof path, "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	if (mem < 0 || maps == NULL)
		die("its memory cannot be read");
	while (fgets(line, sizeof line, maps) != NULL) {
		unsigned long from, to;
		char where[NAME] = "elsewhere";
		unsigned char *data;
		char *name = strrchr(line, '/');

		if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %63s", &from, &to,
			where) < 2)
			continue;
		if (name != NULL)
			sscanf(name + 1, "%63s", where);
		data = malloc(to - from);
		if (data != NULL && pread(mem, data, to - from, (off_t)from) ==
					(ssize_t)(to - from))
			search(data, to - from, where);
		free(data);
	}
	fclose(maps);
	close(mem);
}

/* Lets PID go on until it is at its end; its status then. */
static int
follow(pid_t pid)
{
	int status, sent;
	bool seen = false;

	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL,
		PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL) != 0)
		die("it cannot be held");
	for (sent = 0;; sent = WSTOPSIG(status)) {
		if (ptrace(PTRACE_CONT, pid, NULL, (void *)(intptr_t)sent) !=
			0 ||
		    waitpid(pid, &status, 0) != pid)
			die("it is lost");
		if (WIFEXITED(status) || WIFSIGNALED(status))
			break;
		if (status >> 8 != (SIGTRAP | PTRACE_EVENT_EXIT << 8))
			continue;
		search_memory(pid);
		seen = true;
		status = 0;
	}
	if (!seen)
		die("its end was not seen");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* For `freed`: see there. */
static void
write_needles(const char *path)
{
	FILE *file = fopen(path, "we");

	if (file == NULL)
		die(path);
	for (size_t i = 0; i < needles.count; i++)
		for (int at = 0; at < WINDOW; at++)
			fputc(needles.all[i].bytes[at] ^ LEFT_MASK, file);
	if (fclose(file) != 0)
		die(path);
}

static _Noreturn void
become(char **argv, const char *told, const char *library)
{
	char *needle_path = NULL;

	if (library != NULL && told != NULL) {
		if (asprintf(&needle_path, "%s.needles", told) < 0)
			die("memory");
		write_needles(needle_path);
		setenv("LEFT_NEEDLES", needle_path, 1);
		setenv("LEFT_FREED", told, 1);
		setenv("LD_PRELOAD", library, 1);
	}
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	close(3);
	execvp(argv[0], argv);
	_exit(127);
}

int
main(int argc, char **argv)
{
	const char *library = NULL;
	const char *told = NULL;
	int opt, status;
	pid_t pid;

	while ((opt = getopt(argc, argv, "+f:k:l:vw:")) != -1)
		switch (opt) {
		case 'f':
			told = optarg;
			break;
		case 'l':
			library = optarg;
			break;
		case 'v':
			needles.verbose = true;
			break;
		case 'k':
			add_key(optarg);
			break;
		case 'w':
			add_word(optarg);
			break;
		default:
			return 99;
		}
	if (optind == argc || (pid = fork()) < 0)
		die("what is to run?");
	if (pid == 0)
		become(argv + optind, told, library);
	status = follow(pid);
	for (size_t i = 0; i < places.count; i++)
		dprintf(3, "%s in %s, %zu times\n", places.all[i].what,
		    places.all[i].where, places.all[i].times);
	return status;
}

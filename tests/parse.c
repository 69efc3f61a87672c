/* parse: the rate at which GnuTLS itself parses, as a measure for cert-check.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: parse FILE
 *
 * FILE holds names of files, one on a line. Each is read and its certificates
 * are imported, and that is all. One that is none ends it with 1. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <gnutls/x509.h>

/* as many as cert-check makes room for at first */
enum { CHAIN = 8 };

GNUTLS_SKIP_GLOBAL_INIT

static int
parse(const char *name)
{
	static unsigned char text[65536];
	gnutls_x509_crt_t crt[CHAIN];
	gnutls_datum_t data = { text, 0 };
	unsigned count = CHAIN;
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd >= 0 ? read(fd, text, sizeof text) : -1;

	if (fd >= 0)
		close(fd);
	if (got < 0)
		return -1;
	data.size = (unsigned)got;
	if (gnutls_x509_crt_list_import(
		crt, &count, &data, GNUTLS_X509_FMT_PEM, 0) < 0)
		return -1;
	for (unsigned i = 0; i < count; i++)
		gnutls_x509_crt_deinit(crt[i]);
	return 0;
}

int
main(int argc, char **argv)
{
	FILE *names = argc == 2 ? fopen(argv[1], "re") : NULL;
	char name[4096];

	if (names == NULL || gnutls_global_init() < 0)
		return 64;
	while (fgets(name, sizeof name, names) != NULL) {
		name[strcspn(name, "\n")] = '\0';
		if (parse(name) < 0) {
			fprintf(stderr, "parse: %s\n", name);
			return 1;
		}
	}
	fclose(names);
	return 0;
}

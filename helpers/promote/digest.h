/* digest.h: what a file holds, short enough to be written down.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_DIGEST_H
#define CERTCYCLE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* The bytes of its text: 64 hexadecimal digits. */
#define DIGEST_TEXT 64

/* SHA-256 of a file's bytes; THERE is false where no file is. */
struct digest {
	bool there;
	unsigned char hash[DIGEST_TEXT / 2];
};

/* What PATH holds, which may be empty or not there at all. EXIT_LOCAL: it is
 * there and cannot be read. */
bool digest_file(const char *path, struct digest *out);

/* The digest of LEN bytes. */
bool digest_bytes(const void *data, size_t len, struct digest *out);

/* The same bytes, or twice no file? */
bool digest_same(const struct digest *a, const struct digest *b);

/* Do both files hold the same bytes? False also where one cannot be read. */
bool digest_same_files(const char *a, const char *b);

/* Adds DIGEST to OUT as lower-case hexadecimal digits; "-": no file. */
bool digest_print(const struct digest *digest, struct buf *out);

/* Reads what digest_print wrote, and nothing else. False: TEXT is no digest; no
 * fault is recorded. */
bool digest_parse(const char *text, struct digest *out);

#endif

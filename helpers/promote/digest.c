/* digest.c: what a file holds, short enough to be written down.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "digest.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "x509.h"

static const char digits[] = "0123456789abcdef";

bool
digest_bytes(const void *data, size_t len, struct digest *out)
{
	int rc;

	if (!x509_start())
		return false;
	rc = gnutls_hash_fast(GNUTLS_DIG_SHA256, data, len, out->hash);
	if (rc < 0)
		return fault(EXIT_LOCAL, "digest: %s", gnutls_strerror(rc));
	out->there = true;
	return true;
}

bool
digest_file(const char *path, struct digest *out)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct buf text = { 0 };
	bool ok;

	*out = (struct digest){ .there = false };
	if (fd < 0 && errno == ENOENT)
		return true;
	if (fd < 0)
		return fault_local(path);
	ok = file_read_fd(fd, path, &text) &&
	     digest_bytes(buf_text(&text), text.len, out);
	buf_free(&text);
	close(fd);
	return ok;
}

bool
digest_same(const struct digest *a, const struct digest *b)
{
	return a->there == b->there &&
	       (!a->there || memcmp(a->hash, b->hash, sizeof a->hash) == 0);
}

bool
digest_same_files(const char *a, const char *b)
{
	struct digest one;
	struct digest two;

	return digest_file(a, &one) && digest_file(b, &two) &&
	       digest_same(&one, &two);
}

bool
digest_print(const struct digest *digest, struct buf *out)
{
	bool ok = true;

	if (!digest->there)
		return buf_add(out, "-", 1);
	for (size_t i = 0; ok && i < sizeof digest->hash; i++)
		ok = buf_print(out, "%02x", digest->hash[i]);
	return ok;
}

bool
digest_parse(const char *text, struct digest *out)
{
	*out = (struct digest){ .there = strcmp(text, "-") != 0 };
	if (!out->there)
		return true;
	if (strlen(text) != DIGEST_TEXT || strspn(text, digits) != DIGEST_TEXT)
		return false;
	for (size_t i = 0; i < DIGEST_TEXT; i++)
		out->hash[i / 2] =
		    (unsigned char)(out->hash[i / 2] << 4 |
				    (strchr(digits, text[i]) - digits));
	return true;
}

/* base64.c: bytes as base64 text (RFC 4648).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/gnutls.h>

#include "base64.h"
#include "exit.h"
#include "fault.h"

enum { LINE = 64 };

static const char blanks[] = " \t\r\n";

/* Adds TEXT without its blanks. */
static bool
add_dense(const char *text, size_t len, struct buf *out)
{
	if (!buf_room(out, len))
		return false;
	for (size_t i = 0; i < len; i++)
		if (memchr(blanks, text[i], sizeof blanks - 1) == NULL)
			out->data[out->len++] = (unsigned char)text[i];
	out->data[out->len] = '\0';
	return true;
}

/* GnuTLS takes what stands before the first character that is none for all. */
static bool
is_base64(const struct buf *dense)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789+/";
	size_t good = strspn(buf_text(dense), letters);

	return good > 0 &&
	       good + strspn(buf_text(dense) + good, "=") == dense->len;
}

bool
base64_read(const void *text, size_t len, struct buf *out)
{
	const char *bytes = text;
	struct buf dense = { 0 };
	gnutls_datum_t from;
	gnutls_datum_t to = { NULL, 0 };
	bool ok = false;

	while (len > 0 && bytes[len - 1] == '\0')
		len--;
	if (!add_dense(bytes, len, &dense))
		goto out;
	while (dense.len % 4 != 0)
		if (!buf_add(&dense, "=", 1))
			goto out;
	from = (gnutls_datum_t){ dense.data, (unsigned)dense.len };
	if (!is_base64(&dense) || gnutls_base64_decode2(&from, &to) < 0) {
		fault(EXIT_UNTRUSTED, "not base64");
		goto out;
	}
	ok = buf_add(out, to.data, to.size);
out:
	if (to.data != NULL)
		gnutls_memset(to.data, 0, to.size);
	gnutls_free(to.data);
	buf_free(&dense);
	return ok;
}

bool
base64_print(const void *data, size_t len, struct buf *out)
{
	gnutls_datum_t from = { (void *)data, (unsigned)len };
	gnutls_datum_t text = { NULL, 0 };
	bool ok = true;

	if (gnutls_base64_encode2(&from, &text) < 0)
		return fault_memory();
	for (unsigned at = 0; ok && at < text.size; at += LINE)
		ok = buf_add(out, text.data + at,
			 text.size - at < LINE ? text.size - at : LINE) &&
		     buf_add(out, "\n", 1);
	gnutls_free(text.data);
	return ok;
}

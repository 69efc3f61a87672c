/* buf.c: bytes that grow.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fault.h"

/* realloc would leave a copy of a secret behind */
static bool
grow(struct buf *buf, size_t need)
{
	size_t size = buf->size > 0 ? buf->size : 256;
	unsigned char *data;

	while (size < need) {
		if (size > SIZE_MAX / 2)
			return fault_memory();
		size *= 2;
	}
	data = malloc(size);
	if (data == NULL)
		return fault_memory();
	if (buf->len > 0)
		memcpy(data, buf->data, buf->len);
	if (buf->data != NULL) {
		explicit_bzero(buf->data, buf->len);
		free(buf->data);
	}
	buf->data = data;
	buf->size = size;
	return true;
}

bool
buf_room(struct buf *buf, size_t len)
{
	if (len >= SIZE_MAX - buf->len)
		return fault_memory();
	return buf->len + len + 1 <= buf->size || grow(buf, buf->len + len + 1);
}

bool
buf_add(struct buf *buf, const void *bytes, size_t len)
{
	if (!buf_room(buf, len))
		return false;
	if (len > 0)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
	return true;
}

bool
buf_print(struct buf *buf, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int len;
	bool ok;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return fault_memory();
	ok = buf_add(buf, text, (size_t)len);
	explicit_bzero(text, (size_t)len);
	free(text);
	return ok;
}

const char *
buf_text(const struct buf *buf)
{
	return buf->data != NULL ? (const char *)buf->data : "";
}

void
buf_free(struct buf *buf)
{
	if (buf->data != NULL) {
		explicit_bzero(buf->data, buf->len);
		free(buf->data);
	}
	memset(buf, 0, sizeof *buf);
}

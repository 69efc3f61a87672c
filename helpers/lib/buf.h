/* buf.h: bytes that grow.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_BUF_H
#define CERTCYCLE_BUF_H

#include <stdbool.h>
#include <stddef.h>

/* DATA holds LEN bytes and one NUL more that LEN does not count, so that text
 * can be used as a string; it is NULL while nothing was ever added. Memory
 * that is given up is wiped: a buffer may hold a key or a password. */
struct buf {
	unsigned char *data;
	size_t len;
	size_t size;
};

/* Adds LEN bytes. False: out of memory, and BUF is as it was. */
bool buf_add(struct buf *buf, const void *bytes, size_t len);

/* Makes room for LEN bytes more, so that they can be written at DATA + LEN and
 * LEN counted up by whoever does; a NUL is to stand behind them. */
bool buf_room(struct buf *buf, size_t len);

/* Adds text in printf's form. False as above. */
bool buf_print(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The text, "" where nothing was added. Belongs to BUF. */
const char *buf_text(const struct buf *buf);

/* Wipes and frees; BUF is empty afterwards and can be used again. */
void buf_free(struct buf *buf);

#endif

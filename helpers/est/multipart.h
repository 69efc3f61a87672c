/* multipart.h: the parts of a multipart body (RFC 2046, 5.1).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_MULTIPART_H
#define CERTCYCLE_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* Reads a body part by part. The boundary is the body's first line that begins
 * with "--": an answer that was saved has no header any more to name it. */
struct multipart {
	const char *at;
	size_t left;
	const char *boundary; /* with its "--" */
	size_t boundary_len;
};

/* One part. All of it lies in the body. */
struct multipart_part {
	const char *type; /* Content-Type with its parameters */
	size_t type_len; /* 0: not said */
	const char *data;
	size_t len;
};

/* Begins with BODY, which must outlive PARTS. False, without a fault, where it
 * has no parts. */
bool multipart_open(const struct buf *body, struct multipart *parts);

/* The next part; false, without a fault, where there is none, or it has no
 * end. */
bool multipart_next(struct multipart *parts, struct multipart_part *part);

/* Is PART of the media type TYPE, whatever parameters it has? */
bool multipart_is(const struct multipart_part *part, const char *type);

/* Does its Content-Type say WORD anywhere? */
bool multipart_says(const struct multipart_part *part, const char *word);

#endif

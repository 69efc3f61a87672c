/* body.h: a JSON object that a command line describes.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_BODY_H
#define CERTCYCLE_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* What stands behind KEY=: text, the file that holds it, or JSON. */
enum body_kind { BODY_TEXT, BODY_FILE, BODY_JSON };

/* The members, in the order in which they were given; freed by body_free. */
struct body {
	struct body_member *members;
	size_t count;
};

/* Adds the member SPEC, KEY=VALUE, which must live as long as BODY. EXIT_USAGE:
 * no KEY=. */
bool body_add(struct body *body, enum body_kind kind, const char *spec);

/* How many of the files are standard input. */
int body_inputs(const struct body *body);

/* Adds the object to OUT. A file is read now; the line end at its end is left
 * out. EXIT_USAGE: a VALUE is no JSON, or no UTF-8, or a KEY is there twice;
 * EXIT_DATA: a file is missing, empty, or no UTF-8. */
bool body_print(const struct body *body, struct buf *out);

void body_free(struct body *body);

#endif

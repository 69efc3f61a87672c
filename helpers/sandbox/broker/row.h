/* row.h: the rows and fields of a SmartREST message.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ROW_H
#define SANDBOX_ROW_H

#include <stdbool.h>

#include "buf.h"

/* What is left of a message. */
struct row_reader {
	const char *at;
	const char *end;
};

/* Puts the next field of the row into FIELD, without its quotes. False: that row
 * has no more; or out of memory. */
bool row_field(struct row_reader *reader, struct buf *field);

/* Goes on to the next row. False: there is none. */
bool row_next(struct row_reader *reader);

#endif

/* random.h: random text for passwords and tokens.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_RANDOM_H
#define SANDBOX_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* Adds COUNT letters and digits, each of the 62 as likely as any other. */
bool random_text(size_t count, struct buf *out);

#endif

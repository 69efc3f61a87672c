/* words.h: how profiles are, for people and for plugins of Nagios.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_WORDS_H
#define CERTCYCLE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "status.h"

/* Adds STATUS to OUT as lines "Field: value". */
bool words_show(const struct status *status, struct buf *out);

/* Adds COUNT of them as one line, with its performance data. LEVEL is the worst
 * of them; an alarm is worse than what is not known. WRONG: there is more, and
 * that is why it is not known; or NULL. */
bool words_nagios(const struct status *status, size_t count, const char *wrong,
    enum status_level *level, struct buf *out);

#endif

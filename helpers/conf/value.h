/* value.h: may a configuration key hold this value?
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_VALUE_H
#define CERTCYCLE_VALUE_H

#include <stdbool.h>

#include "conf-key.h"

/* Is VALUE of KEY's type? An empty one always is. The fault says what is wrong
 * with it; where it stands is for the caller to say. */
bool value_check(const struct conf_key *key, const char *value);

#endif

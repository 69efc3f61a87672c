/* pair.h: a certificate and the key that belongs to it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PAIR_H
#define CERTCYCLE_PAIR_H

#include <stdbool.h>

#include "key.h"

/* Are CERT's first certificate and KEY a pair? EXIT_DATA where they are not,
 * or where one of them is none: the TLS libraries tell such cases apart badly
 * or not at all, so they are looked at before a connection. */
bool pair_check(const char *cert, const struct key_place *key);

#endif

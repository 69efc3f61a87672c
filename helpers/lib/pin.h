/* pin.h: the PIN in the URI of a key on a token (RFC 7512).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PIN_H
#define CERTCYCLE_PIN_H

#include <stdbool.h>

#include "buf.h"
#include "key.h"

/* Takes the PIN out of the URI that is PLACE's name: pin-value, or the first
 * line of the file that pin-source names ("/path" or "file:/path"). TEXT holds
 * the PIN that was given otherwise, which goes before that of the URI, or is
 * empty. Afterwards PLACE's name, the URI without a PIN, and its passphrase,
 * NULL where there is none, are both in TEXT: no message and no other library
 * gets to see the PIN in the URI. EXIT_DATA: no such URI, or no such file. */
bool pin_take(struct key_place *place, struct buf *text);

#endif

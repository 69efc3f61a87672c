/* pop.h: proof that who asks holds the key of the request (RFC 7030, 3.5).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_POP_H
#define CERTCYCLE_POP_H

#include <stdbool.h>

#include "buf.h"
#include "key.h"

/* Makes a copy of the request in DER with the tls-unique of a connection
 * (RFC 5929), in BINDING, as its challengePassword, signed anew with the key
 * at PLACE. OUT receives its DER. EXIT_DATA: that is not the key of the
 * request, or the request has a challengePassword of its own. */
bool pop_sign(const struct buf *der, const struct key_place *place,
    const struct buf *binding, struct buf *out);

#endif

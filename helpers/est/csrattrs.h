/* csrattrs.h: what a server wants to see in a request (RFC 7030, 4.5).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CSRATTRS_H
#define CERTCYCLE_CSRATTRS_H

#include <stdbool.h>

#include "buf.h"

#define CSRATTRS_CHALLENGE "1.2.840.113549.1.9.7"

/* Takes the CsrAttrs out of BODY, an answer that came from NAME: base64 in any
 * form, or DER. DER receives them. EXIT_UNTRUSTED where it holds none. */
bool csrattrs_decode(const struct buf *body, const char *name, struct buf *der);

/* Adds a line for each object identifier and each attribute to OUT:
 * "NAME (OID)", or "OID" alone where it has no name here; behind an attribute
 * ": VALUE, VALUE". A value is text, a number, the name of an object identifier,
 * or "#" and the hexadecimal digits of its DER. DER is what csrattrs_decode
 * took. */
bool csrattrs_print(const struct buf *der, struct buf *out);

/* Does DER name OID, alone or as an attribute? */
bool csrattrs_has(const struct buf *der, const char *oid);

#endif

/* names.h: what a subject and an alternative name may hold (RFC 5280).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_NAMES_H
#define CERTCYCLE_NAMES_H

#include <stdbool.h>
#include <gnutls/x509.h>

#include "buf.h"

/* One kind of part of a subject. */
struct name_part {
	const char *name; /* CN, O, OU, C, ST, L, serialNumber, emailAddress */
	const char *oid;
	size_t limit; /* of characters: its upper bound, appendix A.1 */
	const char *allowed; /* its characters, NULL: all of UTF-8 */
	bool single; /* a second one would say something else */
};

/* The part that is called NAME, or NULL. */
const struct name_part *names_find(const char *name);

/* May VALUE stand there? EXIT_DATA: it is empty, too long, not UTF-8, has a
 * control character, or one that the part does not allow. */
bool names_check(const struct name_part *part, const char *value);

/* Adds the bytes of an alternative name to OUT, as GnuTLS wants them: TEXT
 * itself, or those of the address. TYPE is GNUTLS_SAN_DNSNAME, _IPADDRESS, _URI
 * or _RFC822NAME. EXIT_DATA: TEXT is no such thing. */
bool names_alternative(
    gnutls_x509_subject_alt_name_t type, const char *text, struct buf *out);

#endif

/* revocation.h: revocation lists (CRLs, RFC 5280, 5), and what they say.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_REVOCATION_H
#define CERTCYCLE_REVOCATION_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <gnutls/x509.h>

#include "x509.h"

struct revocation_list;

/* The revocation lists of one file. */
struct revocation {
	const char *name;
	struct revocation_list *list;
	unsigned count;
};

/* Reads PEM, one list or more, or one in DER; "-" is standard input. EXIT_DATA
 * names the file that holds none, or one that is only a part of a list (RFC
 * 5280, 5.2.5). PATH must outlive OUT, which is freed by revocation_free. */
bool revocation_read(const char *path, struct revocation *out);

/* The same from LEN bytes that came from NAME. */
bool revocation_parse(
    const void *data, size_t len, const char *name, struct revocation *out);

/* Looks for the issuer of each list among ANCHORS, so that its signature is
 * verified once for all. */
bool revocation_trust(
    struct revocation *revoked, gnutls_x509_trust_list_t anchors);

/* Is the first certificate of CHAIN revoked, or one above it whose issuer's
 * list is there too? BY receives the place in CHAIN of the one that is. A list
 * must be signed by its issuer, an anchor or a certificate of CHAIN, and be the
 * latest at the moment NOW: EXIT_UNTRUSTED where it is not, or where no issuer
 * is at hand. EXIT_DATA: there is no list of the first certificate's issuer.
 * EXIT_CLOCK: the list is from the future. */
bool revocation_ask(const struct revocation *revoked,
    const struct x509_list *chain, time_t now, bool *yes, unsigned *by);

/* Frees all; REVOKED is empty afterwards. */
void revocation_free(struct revocation *revoked);

#endif

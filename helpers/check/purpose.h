/* purpose.h: what a certificate may be used as.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_PURPOSE_H
#define CERTCYCLE_PURPOSE_H

#include <stdbool.h>
#include <gnutls/x509.h>

enum purpose {
	PURPOSE_ANY,
	PURPOSE_CLIENT, /* of TLS */
	PURPOSE_SERVER, /* of TLS */
	PURPOSE_CA
};

/* Reads client, server or ca. EXIT_USAGE otherwise. */
bool purpose_parse(const char *name, enum purpose *purpose);

const char *purpose_name(enum purpose purpose);

/* Do key usage, extended key usage and basic constraints of CRT (RFC 5280,
 * 4.2.1) allow PURPOSE? As GnuTLS judges a peer: one that says nothing of its
 * use may be used for all but signing others. */
bool purpose_fits(gnutls_x509_crt_t crt, enum purpose purpose, bool *fits);

#endif

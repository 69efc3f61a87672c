/* authority.h: the tenant's certificate authority: its key and its certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_AUTHORITY_H
#define SANDBOX_AUTHORITY_H

#include <stdbool.h>
#include <gnutls/abstract.h>

#include "buf.h"
#include "sandbox/state/store.h"
#include "x509.h"

/* It is in the files DIR/ca.key and DIR/ca.pem, and one of the certificates that
 * the tenant trusts. There is one as soon as ca.pem is there: what a power cut
 * left behind, a key without a certificate or a certificate that is trusted and
 * not there, goes when it is opened next. */

/* The authority's certificate and key; all zero: the tenant has none. */
struct issuer {
	struct x509_list ca;
	gnutls_privkey_t key;
};

/* Reads it, and trusts it as it was before, or else without auto-registration;
 * ended by authority_close. A tenant may have none. EXIT_DATA: the key is
 * missing, or one of the files is none. */
bool authority_open(
    struct store *store, const char *dir, struct issuer *issuer);

/* Frees; an ISSUER that is all zero is nothing to do. */
void authority_close(struct issuer *issuer);

/* Is there one? */
bool authority_exists(const struct issuer *issuer);

/* Makes a key and its certificate, for 1095 days, where ISSUER has none;
 * REGISTERS: devices that it signs for are registered when they connect. */
bool authority_create(struct store *store, const char *dir, bool registers,
    struct issuer *issuer);

/* May ISSUER be renewed: has it less than 24 months left? */
bool authority_may_renew(const struct issuer *issuer);

/* Gives its certificate 1095 days from now on; key, names, serial number and
 * what else it says stay. */
bool authority_renew(
    struct store *store, const char *dir, struct issuer *issuer);

/* Removes key and certificate. */
bool authority_remove(
    struct store *store, const char *dir, struct issuer *issuer);

/* Adds the fingerprint of its certificate to OUT. */
bool authority_fingerprint(const struct issuer *issuer, struct buf *out);

#endif

/* make.h: what a certificate authority makes, from files.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_MAKE_H
#define CERTCYCLE_MAKE_H

#include <stdbool.h>
#include <time.h>

#include "buf.h"
#include "crl.h"
#include "key.h"
#include "sign.h"

/* Who signs, and when. CERT is the CA's certificate, with others behind it or
 * not; NULL: a request signs itself. Nothing is owned. */
struct make_signer {
	const char *cert;
	struct key_place place;
	time_t now;
};

/* Signs the request in the file REQUEST by RULES, whose issuer and name are
 * filled in here, and adds the certificate to OUT, with CHAIN all of the CA's
 * file behind it. EXIT_DATA as sign.h and authority.h say. */
bool make_certificate(const struct make_signer *signer, const char *request,
    struct sign_rules *rules, bool chain, struct buf *out);

/* Adds to OUT the CRL of what the CRL in the file FROM revokes, NULL: none, and
 * of what the file LIST names, which may be empty (revoked-list.h). Its number
 * is one above that of FROM unless RULES ask for one. EXIT_DATA as crl.h says,
 * or that number is not above the former. */
bool make_crl(const struct make_signer *signer, const char *from,
    const char *list, const struct crl_rules *rules, struct buf *out);

/* Adds to OUT the keystore (pkcs12.h) of the key in PLACE and the certificates
 * in the file CHAIN; where PLACE names none, they are trusted (truststore.h).
 * EXIT_DATA: the first is not that key's. */
bool make_keystore(const struct key_place *place, const char *chain,
    const char *name, const char *password, struct buf *out);

#endif

/* keygen.h: a key and its certificate, both made by a server (RFC 7030, 4.4).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_KEYGEN_H
#define CERTCYCLE_KEYGEN_H

#include <stdbool.h>

#include "buf.h"
#include "key.h"
#include "x509.h"

/* What came: the key in PKCS#8, PEM, with its id, and the certificates as the
 * server sent them. */
struct keygen {
	struct buf key_pem;
	struct key_id id;
	struct x509_list certs;
};

/* Reads the two parts of BODY, an answer that came from NAME, in either order.
 * EXIT_UNTRUSTED: one is missing, or cannot be read. MADE is freed by
 * keygen_free, after a failure too. */
bool keygen_parse(
    const struct buf *body, const char *name, struct keygen *made);

/* Wipes and frees. */
void keygen_free(struct keygen *made);

#endif

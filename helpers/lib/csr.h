/* csr.h: certificate requests (RFC 2986); draft.h fills new ones.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CSR_H
#define CERTCYCLE_CSR_H

#include <stdbool.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "buf.h"
#include "key.h"

/* Reads a request: PEM with either label, text before it or not, or DER.
 * EXIT_DATA names the file that holds none. CSR is freed by csr_free. */
bool csr_read(const char *path, gnutls_x509_crq_t *csr);

/* The same from LEN bytes that came from NAME. */
bool csr_parse(
    const void *data, size_t len, const char *name, gnutls_x509_crq_t *csr);

/* Is CSR signed with the key that it holds? EXIT_DATA where not. Who issues
 * must ask; who only hands it on need not. */
bool csr_verify(gnutls_x509_crq_t csr);

/* Gives CSR the public half of KEY, and signs it. */
bool csr_seal(gnutls_x509_crq_t csr, gnutls_privkey_t key);

/* Verifies the signature of CSR, which KEY has made, and adds the request to
 * PEM. A wrong one fails as key_signed says. */
bool csr_print(gnutls_x509_crq_t csr, gnutls_privkey_t key, struct buf *pem);

/* Both. */
bool csr_sign(gnutls_x509_crq_t csr, gnutls_privkey_t key, struct buf *pem);

/* The id of the public key in CSR. */
bool csr_key_id(gnutls_x509_crq_t csr, struct key_id *id);

/* The subject's first common name; EXIT_DATA where it has none. */
bool csr_common_name(gnutls_x509_crq_t csr, struct buf *out);

/* Frees; NULL is nothing to do. */
void csr_free(gnutls_x509_crq_t csr);

#endif

/* facts.h: what a certificate, a request or a key says, as text.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_FACTS_H
#define CERTCYCLE_FACTS_H

#include <stdbool.h>
#include <time.h>
#include <gnutls/abstract.h>
#include <gnutls/x509-ext.h>
#include <gnutls/x509.h>

#include "buf.h"
#include "life.h"

/* Each function adds its fact to OUT. Control characters, and what is not
 * UTF-8, are escaped as text_escape does it. */

/* The NAME of the file that it came from, or the URI of a key on a token. */
bool facts_source(const char *name, struct buf *out);

/* A distinguished name with its parts in encoded order: "O=Acme, CN=dev1". */
bool facts_subject(gnutls_x509_crt_t crt, struct buf *out);
bool facts_issuer(gnutls_x509_crt_t crt, struct buf *out);
bool facts_request_subject(gnutls_x509_crq_t csr, struct buf *out);

/* A moment as in RFC 2822 ("Wed, 01 Jan 2025 00:00:00 +0000") and in RFC 3339
 * ("2025-01-01T00:00:00Z"). EXIT_DATA: a year beyond all calendars. */
bool facts_date(time_t moment, struct buf *out);
bool facts_timestamp(time_t moment, struct buf *out);

/* "expired", "not-yet-valid", "expires-soon" from the moment SOON on, or
 * "valid". */
const char *facts_status(const struct life *life, time_t soon, time_t now);

/* The serial number: in decimal; in hexadecimal, lower case without leading
 * zeros. */
bool facts_serial(gnutls_x509_crt_t crt, struct buf *out);
bool facts_serial_hex(gnutls_x509_crt_t crt, struct buf *out);

/* The digest of the whole certificate in hexadecimal, upper case. */
bool facts_fingerprint(
    gnutls_x509_crt_t crt, gnutls_digest_algorithm_t digest, struct buf *out);

/* The kind of public key ("EC P-256", "RSA", "Ed25519"), and its size. */
bool facts_key_type(gnutls_pubkey_t key, struct buf *out);
unsigned facts_key_bits(gnutls_pubkey_t key);

/* SHA-256 of the SubjectPublicKeyInfo in hexadecimal, lower case: the same for
 * a key, its requests and its certificates. */
bool facts_key_id(gnutls_pubkey_t key, struct buf *out);

/* The alternative names of a certificate or a request. The first call has an
 * AT of 0; each adds one name ("DNS:dev1.example.com") and moves AT on; LAST:
 * nothing was added, there is none left. */
bool facts_next_name(gnutls_subject_alt_names_t names, unsigned *at, bool *last,
    struct buf *out);

/* The names that facts_next_name takes, empty where there are none; freed by
 * gnutls_subject_alt_names_deinit. */
bool facts_names(gnutls_x509_crt_t crt, gnutls_subject_alt_names_t *names);
bool facts_request_names(
    gnutls_x509_crq_t csr, gnutls_subject_alt_names_t *names);

#endif

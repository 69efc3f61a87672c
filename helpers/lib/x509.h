/* x509.h: certificates (RFC 5280): read, compare, judge, print.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_X509_H
#define CERTCYCLE_X509_H

#include <stdbool.h>
#include <time.h>
#include <gnutls/x509.h>

#include "buf.h"
#include "key.h"

/* The certificates of one file, in its order: the leaf first. */
struct x509_list {
	gnutls_x509_crt_t *crt;
	unsigned count;
};

/* Initialises GnuTLS, once, when it is first needed: a file is read before, and
 * --help costs nothing. What makes or reads a key, a request or a certificate
 * here calls it; whoever calls GnuTLS first of all does so too. */
bool x509_start(void);

/* Is RC, what a GnuTLS function returned, no error? Otherwise EXIT_DATA with
 * WHAT and GnuTLS's own words. */
bool x509_ok(int rc, const char *what);

/* Reads PEM, one or more, or one in DER; "-" is standard input. At least one
 * certificate, or EXIT_DATA with the file's name. OUT is freed by x509_free. */
bool x509_read(const char *path, struct x509_list *out);

/* The same from LEN bytes that came from NAME. */
bool x509_parse(
    const void *data, size_t len, const char *name, struct x509_list *out);

/* Frees all; LIST is empty afterwards. An empty list is nothing to do. */
void x509_free(struct x509_list *list);

/* Adds every certificate of LIST to OUT as PEM. */
bool x509_print_pem(const struct x509_list *list, struct buf *out);

/* The id of the public key in CRT. */
bool x509_key_id(gnutls_x509_crt_t crt, struct key_id *id);

/* Are the two subjects the same bytes (RFC 5280, 7.1 in its strictest form)? */
bool x509_same_subject(gnutls_x509_crt_t a, gnutls_x509_crt_t b, bool *same);

/* Reads the anchors in CA: a file, PEM or DER, which is read once, "-" being
 * standard input; or a directory of files in PEM. EXIT_DATA: there are none. They
 * are freed by x509_free_anchors. */
bool x509_read_anchors(const char *ca, gnutls_x509_trust_list_t *anchors);

/* Adds to WHY what the bits of a verdict of GnuTLS's mean, in its words. */
bool x509_explain(unsigned status, struct buf *why);

/* Does CHAIN's first certificate chain up to one of ANCHORS at the moment NOW?
 * WHY receives the reason where it does not. */
bool x509_trusted(const struct x509_list *chain,
    gnutls_x509_trust_list_t anchors, time_t now, bool *trusted,
    struct buf *why);

/* NULL is nothing to do. */
void x509_free_anchors(gnutls_x509_trust_list_t anchors);

/* Has ISSUER signed this certificate, or this list, with an algorithm that can
 * be judged? By the signature alone: names, dates, and for a certificate also
 * what its issuer may sign and how strong the algorithm is, are other
 * questions. */
bool x509_signed_by(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer);
bool x509_crl_signed_by(gnutls_x509_crl_t crl, gnutls_x509_crt_t issuer);

/* Adds VALUE, an attribute as GnuTLS prints it, without the escapes of RFC
 * 4514 (2.4): as it stands in the certificate. */
bool x509_unescape(const char *value, struct buf *out);

/* The subject's first common name; EXIT_DATA where it has none. */
bool x509_common_name(gnutls_x509_crt_t crt, struct buf *out);

/* The same of the first certificate in the file PATH. */
bool x509_file_name(const char *path, struct buf *out);

#endif

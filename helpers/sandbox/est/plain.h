/* plain.h: how the plain EST server answers (RFC 7030 with RFC 8951).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PLAIN_H
#define SANDBOX_PLAIN_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"
#include "x509.h"

#define PLAIN_CERTS "application/pkcs7-mime; smime-type=certs-only"

/* Refuses with a sentence, as text. Always false, so that a check can end with
 * `return plain_refuse(...)`. */
bool plain_refuse(struct exchange *x, unsigned status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds LEN bytes to OUT in base64, in lines as the setting says. */
bool plain_print(
    struct exchange *x, const void *data, size_t len, struct buf *out);

/* Answers with LEN bytes of MEDIA type in base64, status 200. */
bool plain_answer(
    struct exchange *x, const char *media, const void *data, size_t len);

/* Adds CERTS to OUT as a certs-only message in DER. */
bool plain_pack(const struct x509_list *certs, struct buf *out);

/* Has the tenant a CA? Otherwise it is refused with 404. */
bool plain_check_authority(struct exchange *x);

#endif

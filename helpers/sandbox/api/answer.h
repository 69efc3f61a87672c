/* answer.h: what an EST endpoint sends back.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ANSWER_H
#define SANDBOX_ANSWER_H

#include <stdbool.h>
#include <stdint.h>
#include <gnutls/x509.h>

#include "buf.h"
#include "sandbox/http/exchange.h"

/* the words of a tenant, which a client may look for */
#define ANSWER_NO_REQUEST                                                      \
	"No newDeviceRequest found for this ID. It may already be "            \
	"registered, check the audit logs for details."
#define ANSWER_NO_KEYPAIR "Failed to retrieve tenant keypair"
#define ANSWER_NO_AUTHORITY                                                    \
	"Tenant CA certificate is either missing, expired, or has a "          \
	"validity of less than one year"

#define ANSWER_CSR "application/pkcs10"
#define ANSWER_CERTS "application/pkcs7-mime;smime-type=certs-only"

/* The status of an answer with a certificate, which is a setting. */
bool answer_status(struct exchange *exchange, int64_t *status);

/* The media type of a certificate in this answer: as Accept asks for it, one of
 * the two above. */
const char *answer_media(const struct exchange *exchange);

/* Adds CRT to BODY in that form; NULL: PKCS#7 without a certificate. */
bool answer_print(
    const struct exchange *exchange, gnutls_x509_crt_t crt, struct buf *body);

/* Answers with BODY, as a certificate is answered with. */
bool answer_body(struct exchange *exchange, const struct buf *body);

#endif

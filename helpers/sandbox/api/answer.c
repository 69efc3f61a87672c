/* answer.c: what an EST endpoint sends back.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "sandbox/api/answer.h"
#include "sandbox/api/pkcs7.h"
#include "sandbox/state/settings.h"
#include "x509.h"

bool
answer_status(struct exchange *exchange, int64_t *status)
{
	return settings_number(
	    &exchange->tenant->store, SETTING_ENROL_STATUS, status);
}

static bool
wants_pem(const struct exchange *x)
{
	const char *accept = exchange_header(x, "Accept");

	return accept != NULL && strcasestr(accept, ANSWER_CSR) != NULL;
}

const char *
answer_media(const struct exchange *exchange)
{
	return wants_pem(exchange) ? ANSWER_CSR : ANSWER_CERTS;
}

bool
answer_print(
    const struct exchange *exchange, gnutls_x509_crt_t crt, struct buf *body)
{
	struct x509_list list = { &crt, 1 };

	return crt != NULL && wants_pem(exchange) ? x509_print_pem(&list, body)
						  : pkcs7_print(crt, body);
}

bool
answer_body(struct exchange *exchange, const struct buf *body)
{
	int64_t status;

	return answer_status(exchange, &status) &&
	       (wants_pem(exchange) ||
		   exchange_add_header(
		       exchange, "Content-Transfer-Encoding", "base64")) &&
	       exchange_answer(exchange, (unsigned)status,
		   answer_media(exchange), body->data, body->len);
}

/* body.c: the certificate request that a client of EST has sent.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "csr.h"
#include "est/base64.h"
#include "exit.h"
#include "fault.h"
#include "sandbox/api/body.h"

bool
body_has_media(const struct exchange *x)
{
	const char *media = exchange_header(x, "Content-Type");
	size_t len = sizeof BODY_MEDIA - 1;

	return media != NULL && strncasecmp(media, BODY_MEDIA, len) == 0 &&
	       strchr("; \t", media[len]) != NULL;
}

static bool
parse(const unsigned char *text, size_t len, gnutls_x509_crq_t *csr)
{
	struct buf der = { 0 };
	bool ok;

	if (len > 0 && memmem(text, len, "-----BEGIN", 10) != NULL)
		return csr_parse(text, len, "body", csr);
	if (!base64_read(text, len, &der))
		return fault(EXIT_DATA, "body: neither base64 nor PEM");
	ok = csr_parse(der.data, der.len, "body", csr);
	buf_free(&der);
	return ok;
}

bool
body_read(const struct exchange *x, gnutls_x509_crq_t *csr)
{
	*csr = NULL;
	if (!parse(
		x->request->binary_body, x->request->binary_body_length, csr))
		return false;
	if (csr_verify(*csr))
		return true;
	csr_free(*csr);
	*csr = NULL;
	return false;
}

/* csr: a request that is accepted goes to a server as base64 that is the same
 * request there, with the same key and the same name.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "csr.h"
#include "exit.h"
#include "fault.h"
#include "fuzz.h"

/* Lines of 64, the last one shorter. */
static void
check_lines(const struct buf *text)
{
	for (size_t i = 0; i < text->len; i++)
		must((text->data[i] == '\n') ==
		     (i % 65 == 64 || i + 1 == text->len));
}

static void
check_same(gnutls_x509_crq_t a, gnutls_x509_crq_t b)
{
	struct key_id one;
	struct key_id two;
	struct buf name = { 0 };
	struct buf same = { 0 };
	bool named = csr_common_name(a, &name);

	must(named || fault_code() == EXIT_DATA);
	must(csr_common_name(b, &same) == named && fuzz_same(&name, &same));
	if (csr_key_id(a, &one))
		must(csr_key_id(b, &two) && key_id_same(&one, &two));
	must(csr_verify(a) == csr_verify(b));
	buf_free(&name);
	buf_free(&same);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gnutls_x509_crq_t csr;
	gnutls_x509_crq_t again;
	gnutls_datum_t text;
	gnutls_datum_t der = { NULL, 0 };
	struct buf base64 = { 0 };

	if (!csr_parse(data, size, "input", &csr)) {
		must(fault_code() == EXIT_DATA && csr == NULL);
		return 0;
	}
	must(csr_print_base64(csr, &base64));
	check_lines(&base64);
	text = (gnutls_datum_t){ base64.data, (unsigned)base64.len };
	must(gnutls_base64_decode2(&text, &der) == 0);
	must(csr_parse(der.data, der.size, "again", &again));
	check_same(csr, again);
	csr_free(again);
	csr_free(csr);
	gnutls_free(der.data);
	buf_free(&base64);
	return 0;
}

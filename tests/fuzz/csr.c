/* csr: a request that is accepted goes to a server as base64 that is the same
 * request there, with the same key and the same name; it shows as clean lines
 * and as JSON, and its names go into another request as they are.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "check/describe.h"
#include "check/show.h"
#include "csr.h"
#include "draft.h"
#include "est/base64.h"
#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "pkcs10.h"

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

static bool
same_subject(gnutls_x509_crq_t a, gnutls_x509_crq_t b)
{
	gnutls_datum_t one = { NULL, 0 };
	gnutls_datum_t two = { NULL, 0 };
	struct buf first = { 0 };
	struct buf second = { 0 };
	bool same;

	must(gnutls_x509_crq_export2(a, GNUTLS_X509_FMT_DER, &one) == 0);
	must(gnutls_x509_crq_export2(b, GNUTLS_X509_FMT_DER, &two) == 0);
	must(pkcs10_subject(&one, &first) && pkcs10_subject(&two, &second));
	same = fuzz_same(&first, &second);
	buf_free(&second);
	buf_free(&first);
	gnutls_free(two.data);
	gnutls_free(one.data);
	return same;
}

static void
check_copy(gnutls_x509_crq_t csr)
{
	static gnutls_privkey_t key;
	struct draft draft = { 0 };
	gnutls_x509_crq_t copy;
	struct buf pem = { 0 };

	if (key == NULL) {
		must(key_generate("ed25519", NULL, &key, &pem));
		buf_free(&pem);
	}
	must(draft_start(&draft));
	if (draft_copy_csr(&draft, csr) && draft_sign(&draft, key, &pem)) {
		must(csr_parse(pem.data, pem.len, "copy", &copy));
		must(csr_verify(copy) && same_subject(csr, copy));
		csr_free(copy);
	} else {
		must(fault_code() == EXIT_DATA);
	}
	buf_free(&pem);
	draft_free(&draft);
}

static void
check_show(gnutls_x509_crq_t csr)
{
	struct buf lines = { 0 };
	struct buf json = { 0 };

	must(show_request(csr, "name\n\033", &lines) ||
	     fault_code() == EXIT_DATA);
	must(fuzz_clean_lines(&lines));
	must(describe_request(csr, "name\n\033", &json)
		 ? fuzz_json_line(&json)
		 : fault_code() == EXIT_DATA);
	buf_free(&json);
	buf_free(&lines);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gnutls_x509_crq_t csr;
	gnutls_x509_crq_t again;
	gnutls_datum_t text;
	gnutls_datum_t whole = { NULL, 0 };
	gnutls_datum_t der = { NULL, 0 };
	struct buf base64 = { 0 };

	if (!csr_parse(data, size, "input", &csr)) {
		must(fault_code() == EXIT_DATA && csr == NULL);
		return 0;
	}
	must(gnutls_x509_crq_export2(csr, GNUTLS_X509_FMT_DER, &whole) == 0 &&
	     base64_print(whole.data, whole.size, &base64));
	gnutls_free(whole.data);
	check_lines(&base64);
	text = (gnutls_datum_t){ base64.data, (unsigned)base64.len };
	must(gnutls_base64_decode2(&text, &der) == 0);
	must(csr_parse(der.data, der.size, "again", &again));
	check_same(csr, again);
	check_show(csr);
	check_copy(csr);
	csr_free(again);
	csr_free(csr);
	gnutls_free(der.data);
	buf_free(&base64);
	return 0;
}

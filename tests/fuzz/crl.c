/* crl: a list that its issuer has not signed is never believed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "check/revocation.h"
#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "sign/crl.h"

/* The list of a CA's own, which is to be continued. */
static void
check_old(const struct buf *text)
{
	struct authority ca = { .name = "ca" };
	struct revoked list = { 0 };
	uint64_t number;

	fuzz_issuer(&ca.chain);
	must(!crl_add_old(text->data, text->len, "input", &ca, &list, &number));
	must(fault_code() == EXIT_DATA);
	revoked_free(&list);
	x509_free(&ca.chain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = fuzz_buf(data, size);
	struct revocation lists;
	struct x509_list chain;
	unsigned by;
	bool yes = false;

	if (revocation_parse(text.data, text.len, "input", &lists)) {
		must(lists.count > 0);
		fuzz_issuer(&chain);
		must(!revocation_ask(&lists, &chain, 1800000000, &yes, &by));
		must(!yes);
		must(fault_code() == EXIT_DATA ||
		     fault_code() == EXIT_UNTRUSTED ||
		     fault_code() == EXIT_CLOCK);
		x509_free(&chain);
		revocation_free(&lists);
	} else {
		must(fault_code() == EXIT_DATA);
	}
	check_old(&text);
	buf_free(&text);
	return 0;
}

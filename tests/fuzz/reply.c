/* reply: the certificates of an answer, which is not changed by reading it, print
 * as PEM that is read as the same; of an answer that holds none nothing is left.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "reply.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf before = fuzz_buf(data, size);
	struct buf body = fuzz_buf(data, size);
	struct buf pem = { 0 };
	struct x509_list certs;
	struct x509_list again;

	if (reply_parse(&body, "server", &certs)) {
		must(certs.count > 0);
		must(x509_print_pem(&certs, &pem));
		must(x509_parse(pem.data, pem.len, "again", &again));
		must(fuzz_same_certs(&certs, &again));
		x509_free(&again);
		must(reply_parse(&pem, "again", &again));
		must(fuzz_same_certs(&certs, &again));
		x509_free(&again);
		x509_free(&certs);
	} else {
		must(fault_code() == EXIT_UNTRUSTED);
		must(certs.count == 0 && certs.crt == NULL);
	}
	must(fuzz_same(&before, &body));
	buf_free(&pem);
	buf_free(&body);
	buf_free(&before);
	return 0;
}

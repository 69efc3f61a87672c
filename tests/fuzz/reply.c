/* reply: the certificates of an answer, which is not changed by reading it,
 * print as PEM that is read as the same, and make a chain for the key of each;
 * of an answer that holds none nothing is left.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "est/reply.h"
#include "exit.h"
#include "fault.h"
#include "fuzz.h"

/* a chain is searched in all that came, so that many would take long */
enum { MOST = 6 };

/* The chain for the key of each certificate begins with one for that key. */
static void
check_chains(const struct buf *body, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct x509_list certs;
		struct key_id key;
		struct key_id first;

		must(reply_parse(body, "server", &certs));
		must(certs.count == count);
		if (!x509_key_id(certs.crt[i], &key)) {
			must(fault_code() == EXIT_DATA);
		} else if (reply_chain(&certs, &key, "server")) {
			must(certs.count > 0 && certs.count <= count);
			must(x509_key_id(certs.crt[0], &first));
			must(key_id_same(&key, &first));
		} else {
			must(fault_code() != EXIT_LOCAL);
		}
		x509_free(&certs);
	}
}

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
		check_chains(&body, certs.count < MOST ? certs.count : 0);
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

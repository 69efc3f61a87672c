/* x509: certificates that are accepted print as PEM that is read as the same
 * bytes, and show as the same lines whatever is in them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "show.h"
#include "span.h"

static void
check_print(const struct x509_list *certs)
{
	struct x509_list again;
	struct buf pem = { 0 };
	struct buf same = { 0 };

	must(x509_print_pem(certs, &pem));
	must(fuzz_clean_lines(&pem));
	must(x509_parse(pem.data, pem.len, "again", &again));
	must(fuzz_same_certs(certs, &again));
	must(x509_print_pem(&again, &same) && fuzz_same(&pem, &same));
	x509_free(&again);
	buf_free(&same);
	buf_free(&pem);
}

/* Of a date or a number that cannot be shown nothing is printed. */
static void
check_show(gnutls_x509_crt_t crt)
{
	struct window window = { .percent = 33 };
	time_t from = gnutls_x509_crt_get_activation_time(crt);
	time_t until = gnutls_x509_crt_get_expiration_time(crt);
	struct buf lines = { 0 };

	if (show_certificate(crt, "name\n\033",
		window_start(&window, from, until), 1700000000, &lines))
		must(fuzz_clean_lines(&lines));
	else
		must(fault_code() == EXIT_DATA);
	buf_free(&lines);
}

static void
check_names(gnutls_x509_crt_t crt)
{
	struct key_id one;
	struct key_id two;
	struct buf cn = { 0 };
	bool same;

	must(x509_same_subject(crt, crt, &same) && same);
	if (!x509_common_name(crt, &cn))
		must(fault_code() == EXIT_DATA && cn.len == 0);
	buf_free(&cn);
	if (x509_key_id(crt, &one))
		must(x509_key_id(crt, &two) && key_id_same(&one, &two));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct x509_list certs;

	if (!x509_parse(data, size, "input", &certs)) {
		must(fault_code() == EXIT_DATA);
		must(certs.count == 0 && certs.crt == NULL);
		return 0;
	}
	must(certs.count > 0);
	check_print(&certs);
	for (unsigned i = 0; i < certs.count; i++) {
		check_show(certs.crt[i]);
		check_names(certs.crt[i]);
	}
	x509_free(&certs);
	return 0;
}

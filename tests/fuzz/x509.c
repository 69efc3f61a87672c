/* x509: certificates that are accepted print as PEM that is read as the same
 * bytes; they show as clean lines, and as JSON, whatever is in them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "check/describe.h"
#include "check/show.h"
#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "span.h"

enum { NOW = 1700000000 };

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
check_show(const struct x509_list *certs)
{
	struct window window = { .percent = 33 };
	struct buf lines = { 0 };
	struct buf json = { 0 };
	struct life life;
	time_t soon;

	if (!life_measure(certs, &life)) {
		must(fault_code() == EXIT_DATA);
		return;
	}
	must(life.ends_first < certs->count);
	soon = window_start(&window, life.from, life.until);
	if (show_certificate(
		certs->crt[0], "name\n\033", &life, soon, NOW, &lines))
		must(fuzz_clean_lines(&lines));
	else
		must(fault_code() == EXIT_DATA);
	if (describe_certificate(certs, "name\n\033", &life, soon, NOW, &json))
		must(fuzz_json_line(&json));
	else
		must(fault_code() == EXIT_DATA);
	buf_free(&json);
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
	check_show(&certs);
	for (unsigned i = 0; i < certs.count; i++)
		check_names(certs.crt[i]);
	x509_free(&certs);
	return 0;
}

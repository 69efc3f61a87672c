/* revoked: of what people write down each line makes an entry that can be taken
 * as it is encoded.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "sign/revoked-list.h"

static void
check_entries(const struct revoked *list)
{
	struct revoked again = { 0 };

	for (size_t i = 0; i < list->count; i++) {
		const struct revoked_entry *one = &list->entries[i];

		must(one->at <= list->der.len &&
		     one->len <= list->der.len - one->at);
		must(revoked_add_der(
		    &again, list->der.data + one->at, one->len));
		must(serial_compare(&one->serial, &again.entries[i].serial) ==
		     0);
	}
	must(fuzz_same(&list->der, &again.der));
	revoked_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = fuzz_buf(data, size);
	struct authority ca = { .name = "ca" };
	struct revoked list = { 0 };

	fuzz_issuer(&ca.chain);
	if (revoked_read(
		text.data, text.len, "input", &ca, 1700000000, &list)) {
		check_entries(&list);
		revoked_sort(&list);
	} else {
		must(fault_code() == EXIT_DATA);
	}
	x509_free(&ca.chain);
	revoked_free(&list);
	buf_free(&text);
	return 0;
}

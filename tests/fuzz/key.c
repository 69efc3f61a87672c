/* key: a key that is accepted has an id, and prints as PKCS#8 that is read as
 * the same key.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gnutls/x509.h>

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "key.h"

static void
check_again(gnutls_privkey_t key, const struct key_id *id)
{
	gnutls_x509_privkey_t plain;
	gnutls_privkey_t again;
	gnutls_datum_t pem = { NULL, 0 };
	struct buf text = { 0 };
	struct key_id same;

	must(gnutls_privkey_export_x509(key, &plain) == 0);
	must(gnutls_x509_privkey_export2_pkcs8(plain, GNUTLS_X509_FMT_PEM, NULL,
		 GNUTLS_PKCS_PLAIN, &pem) == 0);
	must(buf_add(&text, pem.data, pem.size));
	must(key_parse(&text, "again", NULL, &again));
	must(key_get_id(again, &same) && key_id_same(id, &same));
	key_free(again);
	buf_free(&text);
	gnutls_free(pem.data);
	gnutls_x509_privkey_deinit(plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = fuzz_buf(data, size);
	gnutls_privkey_t key;
	struct key_id id;

	if (key_parse(&text, "input", NULL, &key)) {
		if (key_get_id(key, &id))
			check_again(key, &id);
		else
			must(fault_code() == EXIT_DATA);
		key_free(key);
	} else {
		must(fault_code() == EXIT_DATA && key == NULL);
	}
	buf_free(&text);
	return 0;
}

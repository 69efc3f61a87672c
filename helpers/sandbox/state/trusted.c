/* trusted.c: the certificates that the tenant trusts, and whom it admits.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <gnutls/gnutls.h>

#include "sandbox/state/device.h"
#include "exit.h"
#include "fault.h"
#include "sandbox/state/revoked.h"
#include "sandbox/state/trusted.h"

bool
trusted_fingerprint(gnutls_x509_crt_t crt, struct buf *out)
{
	unsigned char hash[20];
	size_t len = sizeof hash;
	bool ok;

	ok = x509_ok(
	    gnutls_x509_crt_get_fingerprint(crt, GNUTLS_DIG_SHA1, hash, &len),
	    "fingerprint");
	for (size_t i = 0; ok && i < len; i++)
		ok = buf_print(out, "%02x", hash[i]);
	return ok;
}

/* What stands between the lines of PEM, or all of TEXT where there are none. */
static const char *
find_base64(const char *text, size_t *len)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	const char *at = strstr(text, begin);
	const char *end;

	at = at != NULL ? at + sizeof begin - 1 : text;
	end = strstr(at, "-----END");
	*len = end != NULL ? (size_t)(end - at) : strlen(at);
	return at;
}

bool
trusted_parse(const char *text, gnutls_x509_crt_t *crt)
{
	gnutls_datum_t from;
	gnutls_datum_t der = { NULL, 0 };
	size_t len;
	int rc;

	*crt = NULL;
	from.data = (void *)find_base64(text, &len);
	from.size = (unsigned)len;
	rc = gnutls_base64_decode2(&from, &der);
	if (rc == 0 && (rc = gnutls_x509_crt_init(crt)) == 0)
		rc = gnutls_x509_crt_import(*crt, &der, GNUTLS_X509_FMT_DER);
	gnutls_free(der.data);
	if (rc == 0)
		return true;
	if (*crt != NULL)
		gnutls_x509_crt_deinit(*crt);
	*crt = NULL;
	return fault(EXIT_DATA, "not a certificate");
}

/* Adds the base64 of CRT's DER to OUT, on one line. */
static bool
print_bare(gnutls_x509_crt_t crt, struct buf *out)
{
	gnutls_datum_t der = { NULL, 0 };
	gnutls_datum_t text = { NULL, 0 };
	bool ok;

	ok = x509_ok(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der),
		 "certificate") &&
	     x509_ok(gnutls_base64_encode2(&der, &text), "certificate") &&
	     buf_add(out, text.data, text.size);
	gnutls_free(der.data);
	gnutls_free(text.data);
	return ok;
}

bool
trusted_add(struct store *store, gnutls_x509_crt_t crt,
    const struct trusted *cert, bool *added)
{
	struct buf fingerprint = { 0 };
	struct buf pem = { 0 };
	bool ok;

	ok = trusted_fingerprint(crt, &fingerprint) && print_bare(crt, &pem) &&
	     store_run(store,
		 "INSERT OR IGNORE INTO trusted (fingerprint, name, pem,"
		 " enabled, registers, authority, proved, code, code_until)"
		 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		 "tttiiiiti", buf_text(&fingerprint), cert->name,
		 buf_text(&pem), (int64_t)cert->enabled,
		 (int64_t)cert->registers, (int64_t)cert->authority,
		 (int64_t)cert->proved, cert->code, cert->code_until);
	*added = ok && store_changed(store) > 0;
	buf_free(&fingerprint);
	buf_free(&pem);
	return ok;
}

bool
trusted_change(struct store *store, const struct trusted *cert)
{
	return store_run(store,
	    "UPDATE trusted SET name = ?, enabled = ?, registers = ?,"
	    " proved = ?, code = ?, code_until = ? WHERE fingerprint = ?",
	    "tiiitit", cert->name, (int64_t)cert->enabled,
	    (int64_t)cert->registers, (int64_t)cert->proved, cert->code,
	    cert->code_until, cert->fingerprint);
}

bool
trusted_remove(struct store *store, const char *fingerprint, bool *was)
{
	if (!store_run(store, "DELETE FROM trusted WHERE fingerprint = ?", "t",
		fingerprint))
		return false;
	*was = store_changed(store) > 0;
	return true;
}

bool
trusted_move_authority(struct store *store, gnutls_x509_crt_t crt)
{
	struct buf fingerprint = { 0 };
	struct buf pem = { 0 };
	bool ok;

	/* where it had been uploaded as well, it is one again */
	ok = trusted_fingerprint(crt, &fingerprint) && print_bare(crt, &pem) &&
	     store_run(store,
		 "UPDATE OR REPLACE trusted SET fingerprint = ?1, pem = ?2"
		 " WHERE authority AND fingerprint <> ?1",
		 "tt", buf_text(&fingerprint), buf_text(&pem));
	buf_free(&fingerprint);
	buf_free(&pem);
	return ok;
}

bool
trusted_remove_authority(struct store *store)
{
	return store_run(store, "DELETE FROM trusted WHERE authority", "");
}

bool
trusted_each(struct store *store, const char *fingerprint,
    bool (*each)(const struct trusted *cert, void *data), void *data)
{
	sqlite3_stmt *row;
	bool found = true;
	bool ok;

	row = store_prepare(store,
	    "SELECT fingerprint, name, pem, enabled, registers, authority,"
	    " proved, code, code_until FROM trusted"
	    " WHERE ?1 IS NULL OR fingerprint = ?1 ORDER BY rowid",
	    "t", fingerprint);
	ok = row != NULL && store_next(store, row, &found);
	while (ok && found) {
		struct trusted cert = { .fingerprint = store_text(row, 0),
			.name = store_text(row, 1),
			.pem = store_text(row, 2),
			.enabled = sqlite3_column_int64(row, 3) != 0,
			.registers = sqlite3_column_int64(row, 4) != 0,
			.authority = sqlite3_column_int64(row, 5) != 0,
			.proved = sqlite3_column_int64(row, 6) != 0,
			.code = store_text(row, 7),
			.code_until = sqlite3_column_int64(row, 8) };

		ok = each(&cert, data) && store_next(store, row, &found);
	}
	sqlite3_finalize(row);
	return ok;
}

/* Whom a chain leads to. */
struct search {
	const struct x509_list *chain;
	struct store *store;
	bool checked; /* what is revoked matters */
	bool revoked;
	bool found;
	bool registers;
};

/* Does the chain of SEARCH lead to CERT? One anchor at a time, as each has its
 * own say about unknown devices. */
static bool
try_anchor(const struct trusted *cert, void *data)
{
	struct search *search = data;
	gnutls_x509_trust_list_t anchors = NULL;
	gnutls_x509_crt_t crt;
	struct buf why = { 0 };
	bool trusted = false;
	bool ok;

	if (!cert->enabled)
		return true;
	if (!trusted_parse(cert->pem, &crt))
		return false;
	ok = gnutls_x509_trust_list_init(&anchors, 0) == 0 || fault_memory();
	if (ok && gnutls_x509_trust_list_add_cas(anchors, &crt, 1, 0) != 1) {
		gnutls_x509_crt_deinit(crt);
		ok = fault_memory();
	}
	ok = ok &&
	     x509_trusted(search->chain, anchors, time(NULL), &trusted, &why);
	/* the moment of that question is not the clock of TLS */
	gnutls_global_set_time_function(time);
	if (ok && trusted && search->checked && !search->revoked)
		ok = revoked_has(search->store, crt, &search->revoked);
	search->found = search->found || trusted;
	search->registers = search->registers || (trusted && cert->registers);
	x509_free_anchors(anchors);
	buf_free(&why);
	return ok;
}

/* Is one of the chain that was shown revoked? A tenant asks this first. */
static bool
check_chain(struct search *search)
{
	bool ok = revoked_is_checked(search->store, &search->checked);

	if (!search->checked)
		return ok;
	for (unsigned i = 0; ok && i < search->chain->count; i++) {
		ok = revoked_has(
		    search->store, search->chain->crt[i], &search->revoked);
		if (search->revoked)
			break;
	}
	return ok;
}

bool
trusted_check(struct store *store, const struct x509_list *chain,
    enum admission *admission, bool *registers)
{
	struct search search = { .chain = chain, .store = store };

	*admission = ADMIT_UNTRUSTED;
	*registers = false;
	if (!check_chain(&search) ||
	    (!search.revoked &&
		!trusted_each(store, NULL, try_anchor, &search)))
		return false;
	if (search.revoked)
		*admission = ADMIT_REVOKED;
	else if (search.found)
		*admission = ADMIT_YES;
	*registers = search.registers;
	return true;
}

bool
trusted_admit(struct store *store, const struct x509_list *chain,
    const char *id, enum admission *admission)
{
	bool registers;
	bool known = false;

	if (!trusted_check(store, chain, admission, &registers))
		return false;
	if (*admission != ADMIT_YES)
		return true;
	if (!device_is_known(store, id, &known))
		return false;
	/* who is disabled stays so, and is not known then either */
	if (!known && registers &&
	    !(device_admit(store, id) && device_is_known(store, id, &known)))
		return false;
	if (!known)
		*admission = ADMIT_UNKNOWN;
	return true;
}

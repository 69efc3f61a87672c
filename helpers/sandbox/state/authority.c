/* authority.c: the tenant's certificate authority: its key and its certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "csr.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "key.h"
#include "sandbox/state/authority.h"
#include "sandbox/state/settings.h"
#include "sandbox/state/token.h"
#include "sandbox/state/trusted.h"
#include "sign.h"

enum { DAY = 24 * 60 * 60, LIFE = 1095 * DAY, RENEW_BEFORE = 730 * DAY };

/* the files of DIR */
struct place {
	char *crt;
	char *key;
};

static bool
find_place(const char *dir, struct place *place)
{
	place->crt = file_suffixed(dir, "/ca.pem");
	place->key = file_suffixed(dir, "/ca.key");
	return (place->crt != NULL && place->key != NULL) || fault_memory();
}

static void
free_place(struct place *place)
{
	free(place->crt);
	free(place->key);
}

/* Removes PATH for good; one that is not there is nothing to do. */
static bool
remove_file(const char *path)
{
	if (unlink(path) != 0)
		return errno == ENOENT || fault_local(path);
	return file_sync_dir(path);
}

static bool
read_files(const struct place *place, struct issuer *issuer)
{
	return x509_read(place->crt, &issuer->ca) &&
	       key_read(&(struct key_place){ place->key, NULL }, &issuer->key);
}

static const struct trusted own = {
	.name = "Tenant CA", .enabled = true, .authority = true, .proved = true
};

bool
authority_open(struct store *store, const char *dir, struct issuer *issuer)
{
	struct place place;
	bool added;
	bool ok;

	*issuer = (struct issuer){ .key = NULL };
	ok = find_place(dir, &place);
	if (ok && access(place.crt, F_OK) != 0)
		ok = remove_file(place.key) && trusted_remove_authority(store);
	else if (ok)
		ok = read_files(&place, issuer) &&
		     trusted_move_authority(store, issuer->ca.crt[0]) &&
		     trusted_add(store, issuer->ca.crt[0], &own, &added);
	if (!ok)
		authority_close(issuer);
	free_place(&place);
	return ok;
}

void
authority_close(struct issuer *issuer)
{
	x509_free(&issuer->ca);
	key_free(issuer->key);
	issuer->key = NULL;
}

bool
authority_exists(const struct issuer *issuer)
{
	return issuer->ca.count > 0;
}

static bool
set_name(gnutls_x509_crq_t csr, const char *oid, const char *value)
{
	return x509_ok(gnutls_x509_crq_set_dn_by_oid(
			   csr, oid, 0, value, (unsigned)strlen(value)),
	    "subject");
}

/* The subject that the setting demands; the older has a country that is none
 * (X.520 wants two letters). */
static bool
set_names(struct store *store, gnutls_x509_crq_t csr)
{
	bool old;

	return settings_is(store, SETTING_AUTHORITY_SUBJECT, "2025", &old) &&
	       (!old || set_name(csr, GNUTLS_OID_X520_COUNTRY_NAME,
			    "United States")) &&
	       set_name(csr, GNUTLS_OID_X520_ORGANIZATION_NAME,
		   old ? "Cumulocity" : TOKEN_DOMAIN) &&
	       set_name(csr, GNUTLS_OID_X520_COMMON_NAME, TOKEN_TENANT);
}

static bool
make_request(struct store *store, gnutls_privkey_t key, gnutls_x509_crq_t *csr)
{
	gnutls_pubkey_t half = NULL;
	bool ok;

	if (gnutls_x509_crq_init(csr) < 0)
		return fault_memory();
	ok =
	    x509_ok(gnutls_x509_crq_set_version(*csr, 1), "request") &&
	    set_names(store, *csr) && key_half(key, &half) &&
	    x509_ok(gnutls_x509_crq_set_pubkey(*csr, half), "request") &&
	    x509_ok(gnutls_x509_crq_privkey_sign(*csr, key, key_digest(key), 0),
		"request");
	gnutls_pubkey_deinit(half);
	return ok;
}

/* A certificate for KEY, signed by itself. */
static bool
make_certificate(
    struct store *store, gnutls_privkey_t key, gnutls_x509_crt_t *crt)
{
	struct sign_rules rules = { .issuer_key = key,
		.not_before = time(NULL),
		.not_after = time(NULL) + LIFE,
		.authority = true,
		.path_length = -1 };
	gnutls_x509_crq_t csr = NULL;
	bool ok =
	    make_request(store, key, &csr) && sign_request(csr, &rules, crt);

	csr_free(csr);
	return ok;
}

static bool
write_certificate(const struct place *place, gnutls_x509_crt_t crt)
{
	struct x509_list list = { &crt, 1 };
	struct buf pem = { 0 };
	bool ok;

	ok = x509_print_pem(&list, &pem) &&
	     file_replace(place->crt, 0600, pem.data, pem.len);
	buf_free(&pem);
	return ok;
}

/* Trusts CRT, and has it on disk before this returns: a power cut forgets no
 * auto-registration. */
static bool
trust(struct store *store, gnutls_x509_crt_t crt, bool registers)
{
	struct trusted cert = own;
	bool added;
	bool ok;

	cert.registers = registers;
	ok = store_run(store, "PRAGMA synchronous = FULL", "") &&
	     trusted_remove_authority(store) &&
	     trusted_add(store, crt, &cert, &added);
	return store_run(store, "PRAGMA synchronous = NORMAL", "") && ok;
}

/* The certificate comes last: with it there is an authority. */
static bool
write_files(
    const struct place *place, const struct buf *key, gnutls_x509_crt_t crt)
{
	return remove_file(place->key) &&
	       file_create(place->key, 0600, key->data, key->len) &&
	       write_certificate(place, crt);
}

bool
authority_create(
    struct store *store, const char *dir, bool registers, struct issuer *issuer)
{
	struct place place;
	struct buf pem = { 0 };
	gnutls_privkey_t key = NULL;
	gnutls_x509_crt_t crt = NULL;
	bool ok;

	*issuer = (struct issuer){ .key = NULL };
	ok = find_place(dir, &place) &&
	     key_generate("ec-p256", NULL, &key, &pem) &&
	     make_certificate(store, key, &crt) &&
	     trust(store, crt, registers) && write_files(&place, &pem, crt) &&
	     read_files(&place, issuer);
	if (!ok) {
		/* the fault that led here is the one to tell */
		authority_close(issuer);
		unlink(place.crt);
		unlink(place.key);
		trusted_remove_authority(store);
	}
	if (crt != NULL)
		gnutls_x509_crt_deinit(crt);
	key_free(key);
	buf_free(&pem);
	free_place(&place);
	return ok;
}

bool
authority_may_renew(const struct issuer *issuer)
{
	return gnutls_x509_crt_get_expiration_time(issuer->ca.crt[0]) -
		   time(NULL) <
	       RENEW_BEFORE;
}

/* OLD with other dates. */
static bool
extend(const struct issuer *issuer, gnutls_x509_crt_t *crt)
{
	gnutls_datum_t der = { NULL, 0 };
	time_t now = time(NULL);
	bool ok;

	if (gnutls_x509_crt_init(crt) < 0)
		return fault_memory();
	ok = x509_ok(gnutls_x509_crt_export2(
			 issuer->ca.crt[0], GNUTLS_X509_FMT_DER, &der),
		 "ca.pem") &&
	     x509_ok(gnutls_x509_crt_import(*crt, &der, GNUTLS_X509_FMT_DER),
		 "ca.pem") &&
	     x509_ok(
		 gnutls_x509_crt_set_activation_time(*crt, now), "notBefore") &&
	     x509_ok(gnutls_x509_crt_set_expiration_time(*crt, now + LIFE),
		 "notAfter") &&
	     x509_ok(gnutls_x509_crt_privkey_sign(
			 *crt, *crt, issuer->key, key_digest(issuer->key), 0),
		 "signature");
	gnutls_free(der.data);
	return ok;
}

bool
authority_renew(struct store *store, const char *dir, struct issuer *issuer)
{
	struct issuer next = { .key = NULL };
	struct place place;
	gnutls_x509_crt_t crt = NULL;
	bool ok;

	ok = find_place(dir, &place) && extend(issuer, &crt) &&
	     write_certificate(&place, crt) &&
	     trusted_move_authority(store, crt) && read_files(&place, &next);
	if (crt != NULL)
		gnutls_x509_crt_deinit(crt);
	if (ok) {
		authority_close(issuer);
		*issuer = next;
	} else {
		authority_close(&next);
	}
	free_place(&place);
	return ok;
}

bool
authority_remove(struct store *store, const char *dir, struct issuer *issuer)
{
	struct place place;
	bool ok;

	ok = find_place(dir, &place) && remove_file(place.crt) &&
	     remove_file(place.key) && trusted_remove_authority(store);
	if (ok)
		authority_close(issuer);
	free_place(&place);
	return ok;
}

bool
authority_fingerprint(const struct issuer *issuer, struct buf *out)
{
	return trusted_fingerprint(issuer->ca.crt[0], out);
}

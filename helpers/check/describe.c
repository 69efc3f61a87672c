/* describe.c: certificates, requests and keys as JSON objects.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <jansson.h>
#include <stdlib.h>

#include "csr.h"
#include "describe.h"
#include "facts.h"
#include "fault.h"
#include "json.h"

/* Puts VALUE into OBJECT, which owns it from then on. */
static bool
put(json_t *object, const char *member, json_t *value)
{
	return json_object_set_new(object, member, value) == 0 ||
	       fault_memory();
}

/* The text in BUF, which is freed, as VALUE. OK: it was got. */
static bool
put_text(json_t *object, const char *member, bool ok, struct buf *buf)
{
	ok = ok && put(object, member, json_string(buf_text(buf)));
	buf_free(buf);
	return ok;
}

/* What ADD adds of CRT. */
static bool
put_fact(json_t *object, const char *member, gnutls_x509_crt_t crt,
    bool (*add)(gnutls_x509_crt_t, struct buf *))
{
	struct buf text = { 0 };

	return put_text(object, member, add(crt, &text), &text);
}

static bool
put_source(json_t *object, const char *name, const char *kind)
{
	struct buf text = { 0 };

	return put_text(object, "name", facts_source(name, &text), &text) &&
	       put(object, "kind", json_string(kind));
}

static bool
put_time(json_t *object, const char *member, time_t moment)
{
	struct buf text = { 0 };

	return put_text(object, member, facts_timestamp(moment, &text), &text);
}

static bool
put_fingerprint(json_t *object, const char *member, gnutls_x509_crt_t crt,
    gnutls_digest_algorithm_t digest)
{
	struct buf text = { 0 };

	return put_text(
	    object, member, facts_fingerprint(crt, digest, &text), &text);
}

/* The alternative names as an array, empty where there are none. OK: NAMES, which
 * are freed, were got. */
static bool
put_names(json_t *object, bool ok, const gnutls_subject_alt_names_t *names)
{
	json_t *array = json_array();
	bool last = false;
	unsigned at = 0;

	while (ok && !last) {
		struct buf name = { 0 };

		ok = facts_next_name(*names, &at, &last, &name);
		if (ok && !last &&
		    json_array_append_new(
			array, json_string(buf_text(&name))) != 0)
			ok = fault_memory();
		buf_free(&name);
	}
	if (*names != NULL)
		gnutls_subject_alt_names_deinit(*names);
	if (ok)
		return put(object, "alternative_names", array);
	json_decref(array);
	return false;
}

static bool
put_key(json_t *object, gnutls_pubkey_t half)
{
	json_t *key = json_object();
	struct buf type = { 0 };
	struct buf id = { 0 };

	/* OBJECT has it at once, and frees it */
	return put(object, "public_key", key) &&
	       put_text(key, "type", facts_key_type(half, &type), &type) &&
	       put(key, "bits", json_integer(facts_key_bits(half))) &&
	       put_text(key, "id", facts_key_id(half, &id), &id);
}

static bool
put_certificate_key(json_t *object, gnutls_x509_crt_t crt)
{
	gnutls_pubkey_t half = NULL;
	bool ok =
	    x509_ok(gnutls_pubkey_init(&half), "public key") &&
	    x509_ok(gnutls_pubkey_import_x509(half, crt, 0), "public key") &&
	    put_key(object, half);

	if (half != NULL)
		gnutls_pubkey_deinit(half);
	return ok;
}

static bool
put_life(json_t *object, const struct x509_list *chain, const struct life *life,
    time_t soon, time_t now)
{
	return put(object, "status",
		   json_string(facts_status(life, soon, now))) &&
	       put_time(object, "not_before", life->from) &&
	       put_time(object, "not_after",
		   gnutls_x509_crt_get_expiration_time(chain->crt[0])) &&
	       put_time(object, "chain_not_after", life->until) &&
	       put_fact(object, "ends_first", chain->crt[life->ends_first],
		   facts_subject) &&
	       put(object, "expires_in",
		   json_integer((json_int_t)life->until - now)) &&
	       put(object, "due", json_boolean(now >= soon)) &&
	       put_time(object, "due_from", soon);
}

/* Adds OBJECT, which is freed, to OUT as one line. OK: it is whole. */
static bool
print(json_t *object, bool ok, struct buf *out)
{
	ok = ok && json_print(object, 0, out) && buf_add(out, "\n", 1);
	json_decref(object);
	return ok;
}

bool
describe_certificate(const struct x509_list *chain, const char *name,
    const struct life *life, time_t soon, time_t now, struct buf *out)
{
	gnutls_x509_crt_t crt = chain->crt[0];
	gnutls_subject_alt_names_t names = NULL;
	json_t *object = json_object();
	bool ok;

	ok = put_source(object, name, "certificate") &&
	     put_fact(object, "subject", crt, facts_subject) &&
	     put_names(object, facts_names(crt, &names), &names) &&
	     put_fact(object, "issuer", crt, facts_issuer) &&
	     put_life(object, chain, life, soon, now) &&
	     put_fact(object, "serial", crt, facts_serial) &&
	     put_fact(object, "serial_hex", crt, facts_serial_hex) &&
	     put_fingerprint(object, "thumbprint", crt, GNUTLS_DIG_SHA1) &&
	     put_fingerprint(object, "sha256", crt, GNUTLS_DIG_SHA256) &&
	     put(object, "ca",
		 json_boolean(gnutls_x509_crt_get_ca_status(crt, NULL) > 0)) &&
	     put_certificate_key(object, crt) &&
	     put(object, "certificates", json_integer(chain->count));
	return print(object, ok, out);
}

bool
describe_request(gnutls_x509_crq_t csr, const char *name, struct buf *out)
{
	gnutls_subject_alt_names_t names = NULL;
	gnutls_pubkey_t half = NULL;
	json_t *object = json_object();
	struct buf subject = { 0 };
	bool ok;

	ok = put_source(object, name, "request") &&
	     put_text(object, "subject", facts_request_subject(csr, &subject),
		 &subject) &&
	     put_names(object, facts_request_names(csr, &names), &names) &&
	     x509_ok(gnutls_pubkey_init(&half), "request") &&
	     x509_ok(gnutls_pubkey_import_x509_crq(half, csr, 0), "request") &&
	     put_key(object, half) &&
	     put(object, "signature_good", json_boolean(csr_verify(csr)));
	if (half != NULL)
		gnutls_pubkey_deinit(half);
	return print(object, ok, out);
}

bool
describe_key(gnutls_pubkey_t half, const char *name, struct buf *out)
{
	json_t *object = json_object();

	return print(object,
	    put_source(object, name, "key") && put_key(object, half), out);
}

/* upload.c: the REST calls around trusted certificates.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>
#include <gnutls/gnutls.h>
#include <jansson.h>

#include "fault.h"
#include "sandbox/api/audit.h"
#include "sandbox/api/proof.h"
#include "sandbox/state/token.h"
#include "sandbox/api/upload.h"
#include "sandbox/http/login.h"
#include "sandbox/http/page.h"

#define PATH_OF "/tenant/tenants/" TOKEN_TENANT "/trusted-certificates"
static const char *
path_fingerprint(const struct exchange *x)
{
	const char *text = u_map_get(x->request->map_url, "fingerprint");

	return text != NULL ? text : "";
}

/* The words that the tenant's user interface looks for. */
static bool
missing(struct exchange *x)
{
	struct buf text = { 0 };

	if (buf_print(&text, "Cannot find certificate with fingerprint %s.",
		path_fingerprint(x)))
		exchange_missing(x, buf_text(&text));
	buf_free(&text);
	return false;
}

/* The name that Java has for the signature's algorithm. */
static json_t *
algorithm_of(gnutls_x509_crt_t crt)
{
	int algorithm = gnutls_x509_crt_get_signature_algorithm(crt);
	int kind = gnutls_sign_get_pk_algorithm(algorithm);
	const char *hash =
	    gnutls_digest_get_name(gnutls_sign_get_hash_algorithm(algorithm));

	if (hash == NULL)
		return json_string(gnutls_sign_get_name(algorithm));
	return json_sprintf("%swith%s", hash,
	    kind == GNUTLS_PK_EC ? "ECDSA" : gnutls_pk_get_name(kind));
}

static json_t *
name_of(gnutls_x509_crt_t crt,
    int (*get)(gnutls_x509_crt_t crt, gnutls_datum_t *name, unsigned flags))
{
	gnutls_datum_t text = { NULL, 0 };
	json_t *name;

	if (get(crt, &text, 0) < 0)
		return json_string("");
	name = json_stringn((char *)text.data, text.size);
	gnutls_free(text.data);
	return name;
}

static json_t *
serial_of(gnutls_x509_crt_t crt)
{
	unsigned char bytes[64];
	char text[2 * sizeof bytes + 1] = "";
	size_t len = sizeof bytes;

	if (gnutls_x509_crt_get_serial(crt, bytes, &len) < 0)
		len = 0;
	for (size_t i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return json_string(text);
}

/* What the certificate says of itself. */
static json_t *
read_facts(gnutls_x509_crt_t crt)
{
	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "version",
	    gnutls_x509_crt_get_version(crt), "serialNumber", serial_of(crt),
	    "algorithmName", algorithm_of(crt), "issuer",
	    name_of(crt, gnutls_x509_crt_get_issuer_dn3), "subject",
	    name_of(crt, gnutls_x509_crt_get_dn3), "notBefore",
	    exchange_time(gnutls_x509_crt_get_activation_time(crt)), "notAfter",
	    exchange_time(gnutls_x509_crt_get_expiration_time(crt)));
}

/* What the tenant says of it. */
static json_t *
describe(const struct trusted *cert)
{
	gnutls_x509_crt_t crt = NULL;
	json_t *facts;
	json_t *own;

	if (!trusted_parse(cert->pem, &crt))
		return NULL;
	facts = read_facts(crt);
	gnutls_x509_crt_deinit(crt);
	own = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:s+, s:b}",
	    "fingerprint", cert->fingerprint, "name", cert->name,
	    "certInPemFormat", cert->pem, "status",
	    cert->enabled ? "ENABLED" : "DISABLED", "autoRegistrationEnabled",
	    cert->registers, "tenantCertificateAuthority", cert->authority,
	    "self", PATH_OF "/", cert->fingerprint, "proofOfPossessionValid",
	    cert->proved);
	if (cert->code != NULL && own != NULL) {
		json_object_set_new(own,
		    "proofOfPossessionUnsignedVerificationCode",
		    json_string(cert->code));
		json_object_set_new(own,
		    "proofOfPossessionVerificationCodeUsableUntil",
		    exchange_time(cert->code_until));
	}
	if (own == NULL || facts == NULL || json_object_update(own, facts) != 0)
		fault_memory();
	json_decref(facts);
	return own;
}

/* What trusted_each calls: appends to the array DATA. */
static bool
collect(const struct trusted *cert, void *data)
{
	return json_array_append_new(data, describe(cert)) == 0 ||
	       fault_memory();
}

/* What of the list becomes the page. */
struct slice {
	bool authority; /* the tenant's own CA alone */
	int64_t from;
	int64_t to;
	int64_t at;
	json_t *into;
};

static bool
collect_slice(const struct trusted *cert, void *data)
{
	struct slice *slice = data;
	int64_t at;

	if (slice->authority && !cert->authority)
		return true;
	at = slice->at++;
	return at < slice->from || at >= slice->to ||
	       collect(cert, slice->into);
}

bool
upload_list(struct exchange *exchange)
{
	const char *authority =
	    u_map_get(exchange->request->map_url, "certificateAuthority");
	struct page page = { .path = PATH_OF, .member = "certificates" };
	struct slice slice = { .authority = authority != NULL &&
					    strcmp(authority, "true") == 0 };

	if (!login_require_tenant(exchange, LOGIN_TRUST_READ) ||
	    !page_read(exchange, &page))
		return false;
	slice.from = page_skip(&page);
	slice.to = slice.from + page.size;
	slice.into = json_array();
	if (slice.into == NULL || !trusted_each(&exchange->tenant->store, NULL,
				      collect_slice, &slice)) {
		json_decref(slice.into);
		return false;
	}
	page.total = slice.at;
	return page_answer(exchange, &page, slice.into);
}

/* A tenant has nothing to say to who does not ask for it. */
static bool
is_quiet(const struct exchange *x)
{
	return exchange_header(x, "Accept") == NULL &&
	       strcmp(x->request->http_verb, "GET") != 0;
}

bool
upload_answer(
    struct exchange *exchange, unsigned status, const char *fingerprint)
{
	json_t *found = json_array();
	bool ok;

	if (is_quiet(exchange))
		ok = exchange_answer(exchange, status, NULL, NULL, 0);
	else
		ok = found != NULL &&
		     trusted_each(&exchange->tenant->store, fingerprint,
			 collect, found) &&
		     exchange_answer_json(exchange, status, "application/json",
			 json_incref(json_array_get(found, 0)));
	json_decref(found);
	return ok;
}

/* What upload_with knows of its one certificate. */
struct visit {
	bool (*each)(const struct trusted *cert, void *data);
	void *data;
	bool found;
};

static bool
visit(const struct trusted *cert, void *data)
{
	struct visit *one = data;

	one->found = true;
	return one->each(cert, one->data);
}

bool
upload_with(struct exchange *exchange,
    bool (*each)(const struct trusted *cert, void *data), void *data)
{
	struct visit one = { each, data, false };

	return trusted_each(&exchange->tenant->store,
		   path_fingerprint(exchange), visit, &one) &&
	       (one.found || missing(exchange));
}

/* What an upload must be for a tenant to take it. */
static bool
check_certificate(struct exchange *x, gnutls_x509_crt_t crt)
{
	unsigned ca = 0;

	if (gnutls_x509_crt_get_version(crt) != 3)
		return exchange_invalid(x, "The certificate is not of X.509 "
					   "version 3");
	if (gnutls_x509_crt_get_basic_constraints(crt, NULL, &ca, NULL) < 0 ||
	    ca == 0)
		return exchange_invalid(x, "The certificate has no basic "
					   "constraints with CA:true");
	if (gnutls_x509_crt_get_expiration_time(crt) <= time(NULL))
		return exchange_invalid(x, "The certificate has expired");
	return true;
}

/* Takes NAME of BODY, true or false, or a text that says so, as the examples of
 * the documentation do. What is not there stays. */
static void
take_flag(const json_t *body, const char *name, const char *yes, bool *flag)
{
	const json_t *value = json_object_get(body, name);
	const char *text = json_string_value(value);

	if (text != NULL)
		*flag = strcmp(text, yes) == 0;
	else if (json_is_boolean(value))
		*flag = json_is_true(value);
}

static bool
check_status(struct exchange *x, const json_t *body)
{
	const char *status = json_string_value(json_object_get(body, "status"));

	return status == NULL || strcmp(status, "ENABLED") == 0 ||
	       strcmp(status, "DISABLED") == 0 ||
	       exchange_invalid(x, "status must be ENABLED or DISABLED");
}

/* Tells that the one with FINGERPRINT was HOW: "added" ... */
static bool
tell(struct exchange *x, const char *fingerprint, const char *how)
{
	struct buf activity = { 0 };
	bool ok;

	ok = buf_print(&activity, "Trusted certificate %s", how) &&
	     audit_write(x, "TrustedCertificates", buf_text(&activity),
		 fingerprint, "Fingerprint: '%s'", fingerprint);
	buf_free(&activity);
	return ok;
}

/* Keeps CRT as BODY says, and adds its fingerprint to FINGERPRINT. */
static bool
add(struct exchange *x, const json_t *body, gnutls_x509_crt_t crt,
    struct buf *fingerprint)
{
	const char *name = json_string_value(json_object_get(body, "name"));
	struct trusted cert = { .name = name != NULL ? name : "" };
	struct buf code = { 0 };
	bool added = false;
	bool ok;

	take_flag(body, "status", "ENABLED", &cert.enabled);
	take_flag(body, "autoRegistrationEnabled", "true", &cert.registers);
	ok = proof_renew(&cert, &code) &&
	     trusted_fingerprint(crt, fingerprint) &&
	     trusted_add(&x->tenant->store, crt, &cert, &added) &&
	     (added || exchange_refuse(x, 409, "tenant/conflict",
			   "This certificate is uploaded already")) &&
	     tell(x, buf_text(fingerprint), "added");
	buf_free(&code);
	return ok;
}

/* The same of one upload, if it is what a tenant takes. */
static bool
take(struct exchange *x, const json_t *body, struct buf *fingerprint)
{
	const char *pem =
	    json_string_value(json_object_get(body, "certInPemFormat"));
	gnutls_x509_crt_t crt = NULL;
	bool ok;

	if (pem == NULL || json_object_get(body, "status") == NULL)
		return exchange_invalid(
		    x, "certInPemFormat and status are mandatory");
	if (!trusted_parse(pem, &crt))
		return exchange_invalid(
		    x, "certInPemFormat is not a certificate");
	ok = check_status(x, body) && check_certificate(x, crt) &&
	     add(x, body, crt, fingerprint);
	gnutls_x509_crt_deinit(crt);
	return ok;
}

bool
upload_add(struct exchange *exchange)
{
	struct buf fingerprint = { 0 };
	json_t *body;
	bool ok;

	if (!login_require_tenant(exchange, LOGIN_TRUST_ADMIN) ||
	    (body = exchange_object(exchange)) == NULL)
		return false;
	ok = take(exchange, body, &fingerprint) &&
	     upload_answer(exchange, 201, buf_text(&fingerprint));
	buf_free(&fingerprint);
	json_decref(body);
	return ok;
}

/* All of LIST, and what a tenant says of each into ADDED. */
static bool
take_all(struct exchange *x, const json_t *list, json_t *added)
{
	struct buf fingerprint = { 0 };
	const json_t *entry;
	bool ok = true;

	for (size_t i = 0; ok && i < json_array_size(list); i++) {
		entry = json_array_get(list, i);
		fingerprint.len = 0;
		ok = take(x, entry, &fingerprint) &&
		     trusted_each(&x->tenant->store, buf_text(&fingerprint),
			 collect, added);
	}
	buf_free(&fingerprint);
	return ok;
}

bool
upload_add_all(struct exchange *exchange)
{
	struct store *store = &exchange->tenant->store;
	const json_t *list;
	json_t *added = json_array();
	json_t *body = NULL;
	bool ok;

	ok = login_require_tenant(exchange, LOGIN_TRUST_ADMIN) &&
	     (body = exchange_object(exchange)) != NULL;
	list = json_object_get(body, "certificates");
	ok = ok &&
	     (json_is_array(list) ||
		 exchange_invalid(exchange, "certificates must be a list")) &&
	     store_begin(store) &&
	     store_end(store, take_all(exchange, list, added));
	if (ok && is_quiet(exchange))
		ok = exchange_answer(exchange, 201, NULL, NULL, 0);
	else if (ok)
		ok = exchange_answer_json(exchange, 201, "application/json",
		    json_pack(
			"{s:s, s:O}", "self", PATH_OF, "certificates", added));
	json_decref(added);
	json_decref(body);
	return ok;
}

/* What upload_with calls: the certificate is there, and DATA, the exchange, is
 * answered with it. */
static bool
show(const struct trusted *cert, void *data)
{
	return upload_answer(data, 200, cert->fingerprint);
}

bool
upload_show(struct exchange *exchange)
{
	return login_require_tenant(exchange, LOGIN_TRUST_READ) &&
	       upload_with(exchange, show, exchange);
}

/* A change to make, and where it is to be told. */
struct change {
	struct exchange *exchange;
	const json_t *body;
};

static bool
change(const struct trusted *cert, void *data)
{
	const struct change *wish = data;
	const char *name =
	    json_string_value(json_object_get(wish->body, "name"));
	struct trusted next = *cert;

	if (name != NULL)
		next.name = name;
	take_flag(wish->body, "status", "ENABLED", &next.enabled);
	take_flag(
	    wish->body, "autoRegistrationEnabled", "true", &next.registers);
	return trusted_change(&wish->exchange->tenant->store, &next) &&
	       tell(wish->exchange, cert->fingerprint, "changed") &&
	       upload_answer(wish->exchange, 200, cert->fingerprint);
}

bool
upload_change(struct exchange *exchange)
{
	json_t *body;
	bool ok;

	if (!login_require_tenant(exchange, LOGIN_TRUST_ADMIN) ||
	    (body = exchange_object(exchange)) == NULL)
		return false;
	ok = check_status(exchange, body) &&
	     upload_with(exchange, change, &(struct change){ exchange, body });
	json_decref(body);
	return ok;
}

/* What upload_with calls: whose certificate it is goes into DATA. */
static bool
note_authority(const struct trusted *cert, void *data)
{
	bool *authority = data;

	*authority = cert->authority;
	return true;
}

bool
upload_remove(struct exchange *exchange)
{
	struct tenant *tenant = exchange->tenant;
	const char *fingerprint = path_fingerprint(exchange);
	bool authority = false;
	bool was;

	if (!login_require_tenant(exchange, LOGIN_TRUST_ADMIN) ||
	    !upload_with(exchange, note_authority, &authority))
		return false;
	if (!(authority ? authority_remove(
			      &tenant->store, tenant->dir, &tenant->issuer)
			: trusted_remove(&tenant->store, fingerprint, &was)))
		return false;
	if (!(authority ? audit_write(exchange, "TenantCertificateAuthority",
			      "Tenant certificate authority (CA) removed",
			      fingerprint, "Fingerprint: '%s'", fingerprint)
			: tell(exchange, fingerprint, "removed")))
		return false;
	return exchange_answer(exchange, 204, NULL, NULL, 0);
}

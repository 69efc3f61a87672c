/* proof.c: proof that who uploaded a certificate has its key.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>
#include <gnutls/abstract.h>
#include <jansson.h>

#include "est/base64.h"
#include "fault.h"
#include "sandbox/api/audit.h"
#include "sandbox/api/proof.h"
#include "sandbox/state/random.h"
#include "sandbox/state/token.h"
#include "sandbox/api/upload.h"
#include "sandbox/http/login.h"

enum { CODE_LEN = 32, CODE_SECONDS = 24 * 60 * 60 };

bool
proof_renew(struct trusted *cert, struct buf *code)
{
	if (!random_text(CODE_LEN, code))
		return false;
	cert->code = buf_text(code);
	cert->code_until = (int64_t)time(NULL) + CODE_SECONDS;
	return true;
}

/* What upload_with calls: a new code, and DATA, the exchange, is answered. */
static bool
renew(const struct trusted *cert, void *data)
{
	struct exchange *x = data;
	struct trusted next = *cert;
	struct buf code = { 0 };
	bool ok;

	ok = proof_renew(&next, &code) &&
	     trusted_change(&x->tenant->store, &next) &&
	     upload_answer(x, 200, cert->fingerprint);
	buf_free(&code);
	return ok;
}

bool
proof_ask(struct exchange *exchange)
{
	return login_require_tenant(exchange, LOGIN_TRUST_ADMIN) &&
	       upload_with(exchange, renew, exchange);
}

/* Is SIGNATURE that of TEXT by CRT's key, over SHA-256 where the kind of key has
 * no hash of its own? */
static bool
is_signed(gnutls_x509_crt_t crt, const char *text, const struct buf *signature)
{
	gnutls_datum_t data = { (void *)text, (unsigned)strlen(text) };
	gnutls_datum_t said = { signature->data, (unsigned)signature->len };
	gnutls_sign_algorithm_t algorithm;
	gnutls_pubkey_t key = NULL;
	bool ok = false;

	if (gnutls_pubkey_init(&key) < 0)
		return fault_memory();
	if (gnutls_pubkey_import_x509(key, crt, 0) == 0) {
		int kind = gnutls_pubkey_get_pk_algorithm(key, NULL);

		algorithm = gnutls_pk_to_sign(kind, GNUTLS_DIG_SHA256);
		if (kind == GNUTLS_PK_EDDSA_ED25519)
			algorithm = GNUTLS_SIGN_EDDSA_ED25519;
		else if (kind == GNUTLS_PK_EDDSA_ED448)
			algorithm = GNUTLS_SIGN_EDDSA_ED448;
		ok = gnutls_pubkey_verify_data2(
			 key, algorithm, 0, &data, &said) >= 0;
	}
	gnutls_pubkey_deinit(key);
	return ok;
}

/* CERT is proved, and DATA, the exchange, is answered. */
static bool
prove(const struct trusted *cert, void *data)
{
	struct exchange *x = data;
	struct trusted next = *cert;

	next.proved = true;
	next.code = NULL;
	return trusted_change(&x->tenant->store, &next) &&
	       audit_write(x, "TrustedCertificates",
		   "Trusted certificate proved", cert->fingerprint,
		   "Fingerprint: '%s'", cert->fingerprint) &&
	       upload_answer(x, 200, cert->fingerprint);
}

/* An answer to judge, and where that is to be told. */
struct answer {
	struct exchange *exchange;
	struct buf signature;
};

/* The words that the tenant's user interface looks for. */
static bool
refuse(struct exchange *x, bool wrong, const struct trusted *cert)
{
	struct buf text = { 0 };

	if (buf_print(&text,
		"%s of possession verification code used for "
		"tenant " TOKEN_TENANT "%s. Certificate %s, usage not granted.",
		wrong ? "Wrong proof" : "Proof", wrong ? "" : " expired",
		cert->fingerprint))
		exchange_invalid(x, buf_text(&text));
	buf_free(&text);
	return false;
}

static bool
judge(const struct trusted *cert, void *data)
{
	const struct answer *answer = data;
	struct exchange *x = answer->exchange;
	gnutls_x509_crt_t crt;
	bool ok;

	if (cert->code == NULL)
		return exchange_invalid(x, "There is no verification code");
	if (cert->code_until < time(NULL))
		return refuse(x, false, cert);
	if (!trusted_parse(cert->pem, &crt))
		return false;
	ok = is_signed(crt, cert->code, &answer->signature) ||
	     refuse(x, true, cert);
	gnutls_x509_crt_deinit(crt);
	return ok && prove(cert, x);
}

bool
proof_take(struct exchange *exchange)
{
	struct answer answer = { .exchange = exchange };
	const char *text;
	json_t *body;
	bool ok;

	if (!login_require_tenant(exchange, LOGIN_TRUST_ADMIN) ||
	    (body = exchange_object(exchange)) == NULL)
		return false;
	text = json_string_value(
	    json_object_get(body, "proofOfPossessionSignedVerificationCode"));
	if (text == NULL || !base64_read(text, strlen(text), &answer.signature))
		ok = exchange_refuse(exchange, 400, "general/badRequest",
		    "The signed verification code is not base64");
	else
		ok = upload_with(exchange, judge, &answer);
	buf_free(&answer.signature);
	json_decref(body);
	return ok;
}

bool
proof_confirm(struct exchange *exchange)
{
	return login_require_tenant(exchange, LOGIN_MANAGEMENT) &&
	       upload_with(exchange, prove, exchange);
}

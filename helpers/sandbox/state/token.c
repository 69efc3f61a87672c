/* token.c: the tenant's access tokens for devices (RFC 7519).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "sandbox/state/device.h"
#include "sandbox/state/option.h"
#include "sandbox/state/random.h"
#include "sandbox/state/token.h"

enum { XSRF_LEN = 20 };

static const char subject_prefix[] = DEVICE_USER;

bool
token_open(const char *dir, struct token_key *key)
{
	char *path = file_suffixed(dir, "/jwt.key");
	struct buf pem = { 0 };
	bool ok = false;

	*key = (struct token_key){ NULL, NULL };
	if (path == NULL)
		return fault_memory();
	if (r_global_init() != RHN_OK || r_jwk_init(&key->secret) != RHN_OK ||
	    r_jwk_init(&key->open) != RHN_OK) {
		fault_memory();
		goto out;
	}
	if (!file_read(path, &pem))
		goto out;
	if (r_jwk_import_from_pem_der(key->secret, R_X509_TYPE_PRIVKEY,
		R_FORMAT_PEM, pem.data, pem.len) != RHN_OK ||
	    r_jwk_extract_pubkey(
		key->secret, key->open, R_FLAG_IGNORE_REMOTE) != RHN_OK) {
		fault(EXIT_DATA, "%s: not an RSA key", path);
		goto out;
	}
	ok = true;
out:
	if (!ok)
		token_close(key);
	buf_free(&pem);
	free(path);
	return ok;
}

void
token_close(struct token_key *key)
{
	if (key->secret == NULL)
		return;
	r_jwk_free(key->secret);
	if (key->open != NULL)
		r_jwk_free(key->open);
	*key = (struct token_key){ NULL, NULL };
	r_global_close();
}

/* What a tenant's token says (measured); a new reference, or NULL. */
static json_t *
make_claims(const char *id, time_t now, int64_t life)
{
	struct buf xsrf = { 0 };
	json_t *claims = NULL;
	json_int_t from = now;

	if (random_text(XSRF_LEN, &xsrf))
		claims = json_pack("{s:n, s:s, s:s, s:s+, s:s, s:I, s:I, s:I,"
				   " s:b, s:s, s:s}",
		    "jti", "iss", TOKEN_DOMAIN, "aud", TOKEN_DOMAIN, "sub",
		    subject_prefix, id, "tci", "device_token_config", "iat",
		    from, "nbf", from, "exp", from + (json_int_t)life, "tfa", 0,
		    "ten", TOKEN_TENANT, "xsrfToken", buf_text(&xsrf));
	buf_free(&xsrf);
	return claims;
}

/* What a device gets, whatever the option was set to by other ways. */
static bool
read_life(struct store *store, int64_t *life)
{
	if (!option_number(
		store, TOKEN_LIFE_CATEGORY, TOKEN_LIFE_KEY, TOKEN_LIFE, life))
		return false;
	if (*life < TOKEN_LIFE_LEAST || *life > TOKEN_LIFE_MOST)
		*life = TOKEN_LIFE;
	return true;
}

bool
token_make(const struct token_key *key, struct store *store, const char *id,
    time_t now, struct buf *out)
{
	json_t *claims = NULL;
	int64_t life;
	jwt_t *jwt = NULL;
	char *text = NULL;
	bool ok = false;

	if (!read_life(store, &life))
		return false;
	claims = make_claims(id, now, life);
	if (claims == NULL || r_jwt_init(&jwt) != RHN_OK) {
		fault(EXIT_LOCAL, "token: cannot be made");
		goto out;
	}
	if (r_jwt_set_full_claims_json_t(jwt, claims) != RHN_OK ||
	    r_jwt_set_sign_alg(jwt, R_JWA_ALG_RS256) != RHN_OK ||
	    (text = r_jwt_serialize_signed(jwt, key->secret, 0)) == NULL) {
		fault(EXIT_LOCAL, "token: cannot be signed");
		goto out;
	}
	ok = buf_add(out, text, strlen(text));
out:
	r_free(text);
	if (jwt != NULL)
		r_jwt_free(jwt);
	json_decref(claims);
	return ok;
}

/* The device id behind the claim "sub". */
static bool
add_device(jwt_t *jwt, struct buf *id)
{
	const char *subject = r_jwt_get_claim_str_value(jwt, "sub");
	size_t skip = sizeof subject_prefix - 1;

	if (subject == NULL || strncmp(subject, subject_prefix, skip) != 0)
		return fault(EXIT_UNTRUSTED, "token: not for a device");
	return buf_add(id, subject + skip, strlen(subject + skip));
}

bool
token_check(const struct token_key *key, const char *text, struct buf *id)
{
	jwt_t *jwt = NULL;
	bool ok = false;

	/* R_PARSE_NONE: a token does not bring the key that shall verify it;
	 * and the algorithm is ours to choose, not its */
	jwt = r_jwt_quick_parse(text, R_PARSE_NONE, R_FLAG_IGNORE_REMOTE);
	if (jwt == NULL)
		return fault(EXIT_UNTRUSTED, "token: not a JWT");
	if (r_jwt_get_sign_alg(jwt) != R_JWA_ALG_RS256 ||
	    r_jwt_verify_signature(jwt, key->open, R_FLAG_IGNORE_REMOTE) !=
		RHN_OK) {
		fault(EXIT_UNTRUSTED, "token: signature is wrong");
		goto out;
	}
	if (r_jwt_validate_claims(jwt, R_JWT_CLAIM_ISS, TOKEN_DOMAIN,
		R_JWT_CLAIM_NBF, R_JWT_CLAIM_NOW, R_JWT_CLAIM_EXP,
		R_JWT_CLAIM_NOW, R_JWT_CLAIM_NOP) != RHN_OK) {
		fault(EXIT_UNTRUSTED, "token: not valid now");
		goto out;
	}
	ok = add_device(jwt, id);
out:
	r_jwt_free(jwt);
	return ok;
}

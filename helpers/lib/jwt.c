/* jwt.c: the access token (RFC 7519) that a tenant hands out.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/gnutls.h>
#include <jansson.h>

#include "exit.h"
#include "fault.h"
#include "jwt.h"
#include "span.h"

/* what a JWT is made of: base64url, in three parts (RFC 7515, 7.1) */
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789-_.";

bool
jwt_from_json(const struct buf *body, const char *name, struct buf *token)
{
	json_t *json = json_loadb(buf_text(body), body->len, 0, NULL);
	const char *text =
	    json_string_value(json_object_get(json, "accessToken"));
	bool ok;

	ok = text != NULL ? buf_add(token, text, strlen(text))
			  : fault(EXIT_UNTRUSTED,
				"%s: no accessToken in the answer", name);
	json_decref(json);
	return ok;
}

bool
jwt_from_smartrest(
    const struct buf *answer, const char *name, struct buf *token)
{
	const char *text = buf_text(answer);

	if (strncmp(text, "71,", 3) == 0)
		return buf_add(token, text + 3, strcspn(text + 3, "\r\n"));
	if (strncmp(text, "41,", 3) == 0)
		return fault(EXIT_REFUSED, "%s: %s", name, text);
	return fault(EXIT_UNTRUSTED, "%s: an answer that is no token", name);
}

/* Decodes base64url without padding; GnuTLS wants the standard alphabet, and
 * with it. */
static bool
decode(const char *part, size_t len, struct buf *out)
{
	struct buf padded = { 0 };
	gnutls_datum_t from;
	gnutls_datum_t to = { NULL, 0 };
	bool ok = false;

	if (!buf_add(&padded, part, len) ||
	    !buf_add(&padded, "===", (4 - len % 4) % 4))
		goto out;
	for (size_t i = 0; i < len; i++)
		padded.data[i] = part[i] == '-'   ? '+'
				 : part[i] == '_' ? '/'
						  : (unsigned char)part[i];
	from = (gnutls_datum_t){ padded.data, (unsigned)padded.len };
	ok = gnutls_base64_decode2(&from, &to) == 0
		 ? buf_add(out, to.data, to.size)
		 : fault(EXIT_UNTRUSTED, "token: not base64url");
	gnutls_free(to.data);
out:
	buf_free(&padded);
	return ok;
}

bool
jwt_check(const struct buf *token, time_t now)
{
	const char *claims = strchr(buf_text(token), '.');
	struct buf text = { 0 };
	json_t *json = NULL;
	json_t *end;
	bool ok = false;

	if (strspn(buf_text(token), alphabet) != token->len || claims == NULL ||
	    strchr(claims + 1, '.') == NULL)
		return fault(EXIT_UNTRUSTED, "token: not a JWT");
	if (!decode(claims + 1, strcspn(claims + 1, "."), &text))
		goto out;
	json = json_loadb(buf_text(&text), text.len, 0, NULL);
	end = json_object_get(json, "exp");
	if (!json_is_object(json))
		fault(EXIT_UNTRUSTED, "token: its claims cannot be read");
	else if (json_is_number(end) &&
		 json_number_value(end) + SPAN_SKEW < (double)now)
		fault(EXIT_UNTRUSTED, "token: expired when it came");
	else
		ok = true;
out:
	json_decref(json);
	buf_free(&text);
	return ok;
}

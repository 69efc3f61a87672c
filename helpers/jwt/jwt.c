/* jwt.c: the access token (RFC 7519) that a tenant hands out.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <gnutls/gnutls.h>
#include <jansson.h>

#include "exit.h"
#include "fault.h"
#include "json.h"
#include "jwt.h"
#include "span.h"

/* what a part of a JWT is made of: base64url (RFC 7515, 2) */
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789-_";

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

/* A 41 is an error of the tenant's, "41,TEMPLATE,WORDS". */
static bool
explain_no(const char *line, size_t len, const char *name)
{
	bool password = memmem(line, len, "MqttAuth", 8) != NULL;

	return fault(EXIT_REFUSED, "%s: the tenant gives no token%s: %.*s",
	    name,
	    password ? ": only a device that has connected with its "
		       "certificate gets one, and the session that asked has "
		       "not; connect it by certificate, not by password"
		     : "",
	    (int)(len < 300 ? len : 300), line);
}

bool
jwt_from_smartrest(
    const void *answer, size_t len, const char *name, struct buf *token)
{
	const char *text = answer;
	const char *end;
	size_t digits = 0;

	if (len > JWT_LIMIT)
		return fault(EXIT_UNTRUSTED,
		    "%s: an answer of %zu bytes, longer than any token", name,
		    len);
	if (len < 3)
		return fault(EXIT_UNTRUSTED,
		    "%s: an answer that is no token: %zu bytes", name, len);
	for (end = text; end < text + len && *end != '\r' && *end != '\n';)
		end++;
	if (memcmp(text, "71,", 3) == 0)
		return buf_add(token, text + 3, (size_t)(end - text) - 3);
	if (memcmp(text, "41,", 3) == 0)
		return explain_no(text, (size_t)(end - text), name);
	while (digits < len && text[digits] >= '0' && text[digits] <= '9')
		digits++;
	if (digits > 0 && digits < 6 && digits < len && text[digits] == ',')
		return fault(EXIT_UNTRUSTED,
		    "%s: an answer that is no token: template %.*s, not 71",
		    name, (int)digits, text);
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

/* Three parts of base64url, none of them empty (RFC 7515, 7.1): MIDDLE is the
 * second, of LEN bytes. */
static bool
split(const struct buf *token, const char **middle, size_t *len)
{
	const char *text = buf_text(token);
	size_t first = strspn(text, alphabet);
	size_t last;

	if (token->len > JWT_LIMIT)
		return fault(EXIT_UNTRUSTED, "token: too long to be one");
	if (first > 0 && text[first] == '.') {
		*middle = text + first + 1;
		*len = strspn(*middle, alphabet);
		if (*len > 0 && (*middle)[*len] == '.') {
			last = strspn(*middle + *len + 1, alphabet);
			if (last > 0 && first + *len + last + 2 == token->len)
				return true;
		}
	}
	return fault(EXIT_UNTRUSTED, "token: not a JWT");
}

/* A date among the claims: FALLBACK where it is not there. */
static bool
read_date(const json_t *json, const char *name, double fallback, double *date)
{
	const json_t *value = json_object_get(json, name);

	if (value != NULL && !json_is_number(value) && !json_is_null(value))
		return fault(EXIT_UNTRUSTED, "token: its %s is no date", name);
	*date = json_is_number(value) ? json_number_value(value) : fallback;
	return true;
}

static bool
check_dates(const json_t *json, time_t now)
{
	double from;
	double until;

	if (!read_date(json, "nbf", (double)now, &from) ||
	    !read_date(json, "exp", (double)now, &until))
		return false;
	if (until + SPAN_SKEW < (double)now)
		return fault(EXIT_UNTRUSTED, "token: expired when it came, by "
					     "the clock of this machine");
	if (from > (double)now + SPAN_SKEW)
		return fault(EXIT_UNTRUSTED, "token: not valid yet, by the "
					     "clock of this machine");
	return true;
}

bool
jwt_check(const struct buf *token, time_t now, struct buf *claims)
{
	struct buf text = { 0 };
	json_t *json = NULL;
	const char *middle = "";
	size_t len = 0;
	bool ok = false;

	if (!split(token, &middle, &len) || !decode(middle, len, &text))
		goto out;
	json = json_loadb(buf_text(&text), text.len, 0, NULL);
	if (!json_is_object(json))
		fault(EXIT_UNTRUSTED, "token: its claims cannot be read");
	else
		ok = check_dates(json, now) &&
		     (claims == NULL || json_print(json, JSON_COMPACT, claims));
out:
	json_decref(json);
	buf_free(&text);
	return ok;
}

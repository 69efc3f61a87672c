/* digest.c: Digest authentication (RFC 7616): qop "auth", MD5 and SHA-256.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "exit.h"
#include "fault.h"
#include "sandbox/http/digest.h"

enum { MAC_SIZE = 32, HASH_MOST = 32, TIME_DIGITS = 16 };

static const char *const part_names[] = {
	[DIGEST_NAME] = "username",
	[DIGEST_REALM] = "realm",
	[DIGEST_NONCE] = "nonce",
	[DIGEST_URI] = "uri",
	[DIGEST_RESPONSE] = "response",
	[DIGEST_ALGORITHM] = "algorithm",
	[DIGEST_CNONCE] = "cnonce",
	[DIGEST_QOP] = "qop",
	[DIGEST_NC] = "nc",
};

static bool
add_hex(const unsigned char *bytes, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++)
		if (!buf_print(out, "%02x", bytes[i]))
			return false;
	return true;
}

/* The nonce of the moment WHEN. */
static bool
make_nonce(const struct digest_rules *rules, int64_t when, struct buf *out)
{
	unsigned char mac[MAC_SIZE];
	size_t start = out->len;

	if (!buf_print(out, "%016llx", (unsigned long long)when))
		return false;
	if (gnutls_hmac_fast(GNUTLS_MAC_SHA256, rules->secret, DIGEST_SECRET,
		out->data + start, TIME_DIGITS, mac) < 0)
		return fault_memory();
	return add_hex(mac, sizeof mac / 2, out);
}

bool
digest_ask(const struct digest_rules *rules, const char *algorithm, bool stale,
    struct buf *out)
{
	return buf_print(out,
		   "Digest realm=\"%s\", qop=\"auth\", algorithm=%s, nonce=\"",
		   rules->realm, algorithm) &&
	       make_nonce(rules, rules->now, out) &&
	       buf_print(out, "\"%s", stale ? ", stale=true" : "");
}

/* Is NONCE one of ours, and young enough? */
static bool
is_fresh(const struct digest_rules *rules, const struct buf *nonce, bool *fresh)
{
	struct buf ours = { 0 };
	char digits[TIME_DIGITS + 1] = "";
	int64_t when;
	bool ok;

	*fresh = false;
	if (nonce->len <= TIME_DIGITS)
		return true;
	memcpy(digits, nonce->data, TIME_DIGITS);
	when = (int64_t)strtoull(digits, NULL, 16);
	ok = make_nonce(rules, when, &ours);
	*fresh = ok && ours.len == nonce->len &&
		 gnutls_memcmp(ours.data, nonce->data, ours.len) == 0 &&
		 when <= rules->now && rules->now - when < rules->life;
	buf_free(&ours);
	return ok;
}

/* Adds the value at AT, up to its end, without quotes; END is behind it. */
static bool
take_value(const char *at, struct buf *out, const char **end)
{
	size_t len;

	if (*at != '"') {
		len = strcspn(at, " \t,");
		*end = at + len;
		return len > 0 ? buf_add(out, at, len)
			       : fault(EXIT_DATA, "Digest: an empty value");
	}
	for (at++; *at != '"'; at++) {
		if (*at == '\\')
			at++;
		if (*at == '\0')
			return fault(EXIT_DATA, "Digest: a quote is open");
		if (!buf_add(out, at, 1))
			return false;
	}
	*end = at + 1;
	/* "" is a value too */
	return buf_add(out, "", 0);
}

/* Where the value of NAME goes; what is not known is put into OTHER. NULL: it is
 * there already. */
static struct buf *
find_place(
    struct digest_login *login, const char *name, size_t len, struct buf *other)
{
	for (int i = 0; i < DIGEST_PARTS; i++)
		if (strlen(part_names[i]) == len &&
		    strncasecmp(part_names[i], name, len) == 0)
			return login->part[i].len > 0 ? NULL : &login->part[i];
	other->len = 0;
	return other;
}

static bool
take_parts(const char *at, struct digest_login *login, struct buf *other)
{
	struct buf *place;
	size_t len;

	for (at += strspn(at, " \t,"); *at != '\0'; at += strspn(at, " \t,")) {
		len = strcspn(at, "= \t,");
		if (len == 0 || at[len] != '=')
			return fault(EXIT_DATA, "Digest: not NAME=VALUE");
		place = find_place(login, at, len, other);
		if (place == NULL)
			return fault(EXIT_DATA, "Digest: %.*s: there twice",
			    (int)len, at);
		if (!take_value(at + len + 1, place, &at))
			return false;
	}
	return true;
}

bool
digest_parse(const char *text, struct digest_login *login)
{
	struct buf other = { 0 };
	bool ok;

	*login = (struct digest_login){ .part = { { 0 } } };
	ok = take_parts(text, login, &other);
	buf_free(&other);
	for (int i = 0; ok && i < DIGEST_PARTS; i++)
		if (login->part[i].len == 0 && i != DIGEST_ALGORITHM)
			ok = fault(
			    EXIT_DATA, "Digest: %s: missing", part_names[i]);
	return ok;
}

/* Adds the hash of TEXT, in hexadecimal, to OUT; TEXT is empty then. */
static bool
add_hash(gnutls_digest_algorithm_t algorithm, struct buf *text, struct buf *out)
{
	unsigned char hash[HASH_MOST];
	bool ok;

	ok = gnutls_hash_fast(algorithm, text->data, text->len, hash) == 0 ||
	     fault(EXIT_LOCAL, "Digest: this algorithm is not to be had here");
	buf_free(text);
	return ok && add_hex(hash, gnutls_hash_get_len(algorithm), out);
}

/* RFC 7616, 3.4.1: what the client must say if the password is PASSWORD. */
static bool
make_response(const struct digest_login *login, const char *method,
    const char *password, struct buf *out)
{
	const struct buf *part = login->part;
	gnutls_digest_algorithm_t algorithm = GNUTLS_DIG_MD5;
	struct buf text = { 0 };
	struct buf all = { 0 };
	bool ok;

	if (strcasecmp(buf_text(&part[DIGEST_ALGORITHM]), "SHA-256") == 0)
		algorithm = GNUTLS_DIG_SHA256;
	ok = buf_print(&text, "%s:%s:%s", buf_text(&part[DIGEST_NAME]),
		 buf_text(&part[DIGEST_REALM]), password) &&
	     add_hash(algorithm, &text, &all) &&
	     buf_print(&all, ":%s:%s:%s:%s:", buf_text(&part[DIGEST_NONCE]),
		 buf_text(&part[DIGEST_NC]), buf_text(&part[DIGEST_CNONCE]),
		 buf_text(&part[DIGEST_QOP])) &&
	     buf_print(&text, "%s:%s", method, buf_text(&part[DIGEST_URI])) &&
	     add_hash(algorithm, &text, &all) && add_hash(algorithm, &all, out);
	buf_free(&text);
	buf_free(&all);
	return ok;
}

/* All but the response and the nonce's age: what was asked for, of us. */
static bool
is_ours(const struct digest_rules *rules, const struct digest_login *login,
    const char *uri)
{
	const struct buf *part = login->part;
	const char *algorithm = buf_text(&part[DIGEST_ALGORITHM]);

	return strcmp(buf_text(&part[DIGEST_REALM]), rules->realm) == 0 &&
	       strcmp(buf_text(&part[DIGEST_URI]), uri) == 0 &&
	       strcmp(buf_text(&part[DIGEST_QOP]), "auth") == 0 &&
	       part[DIGEST_NC].len == 8 &&
	       (*algorithm == '\0' || strcasecmp(algorithm, "MD5") == 0 ||
		   strcasecmp(algorithm, "SHA-256") == 0);
}

bool
digest_check(const struct digest_rules *rules, const struct digest_login *login,
    const char *method, const char *uri, const char *password,
    enum digest_verdict *verdict)
{
	const struct buf *theirs = &login->part[DIGEST_RESPONSE];
	struct buf right = { 0 };
	bool fresh = false;
	bool ok;

	*verdict = DIGEST_WRONG;
	if (!is_ours(rules, login, uri))
		return true;
	ok = make_response(login, method, password, &right) &&
	     is_fresh(rules, &login->part[DIGEST_NONCE], &fresh);
	if (ok && theirs->len == right.len &&
	    gnutls_memcmp(theirs->data, right.data, right.len) == 0)
		*verdict = fresh ? DIGEST_RIGHT : DIGEST_STALE;
	buf_free(&right);
	return ok;
}

void
digest_free(struct digest_login *login)
{
	for (int i = 0; i < DIGEST_PARTS; i++)
		buf_free(&login->part[i]);
}

/* facts.c: what a certificate, a request or a key says, as text.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "exit.h"
#include "facts.h"
#include "fault.h"
#include "text.h"
#include "x509.h"

bool
facts_source(const char *name, struct buf *out)
{
	return text_escape(name, strlen(name), out);
}

/* GnuTLS gives the parts in encoded order only in its older format, which has
 * no blank behind the commas between them. Frees NAME. RC is what the call that
 * got it has returned. */
static bool
add_name(int rc, gnutls_datum_t *name, const char *what, struct buf *out)
{
	struct buf spaced = { 0 };
	bool escaped = false;
	bool ok = true;

	/* an empty name is legal, if the alternative names say more */
	if (rc < 0 && rc != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return x509_ok(rc, what);
	for (unsigned i = 0; ok && i < name->size; i++) {
		const char *at = (char *)name->data + i;
		bool between = *at == ',' && !escaped;

		escaped = *at == '\\' && !escaped;
		ok = buf_add(&spaced, between ? ", " : at, 1 + between);
	}
	ok = ok && text_escape(buf_text(&spaced), spaced.len, out);
	buf_free(&spaced);
	gnutls_free(name->data);
	return ok;
}

bool
facts_subject(gnutls_x509_crt_t crt, struct buf *out)
{
	gnutls_datum_t name = { NULL, 0 };

	return add_name(
	    gnutls_x509_crt_get_dn3(crt, &name, GNUTLS_X509_DN_FLAG_COMPAT),
	    &name, "subject", out);
}

bool
facts_issuer(gnutls_x509_crt_t crt, struct buf *out)
{
	gnutls_datum_t name = { NULL, 0 };

	return add_name(gnutls_x509_crt_get_issuer_dn3(
			    crt, &name, GNUTLS_X509_DN_FLAG_COMPAT),
	    &name, "issuer", out);
}

bool
facts_request_subject(gnutls_x509_crq_t csr, struct buf *out)
{
	gnutls_datum_t name = { NULL, 0 };

	return add_name(
	    gnutls_x509_crq_get_dn3(csr, &name, GNUTLS_X509_DN_FLAG_COMPAT),
	    &name, "subject", out);
}

/* The programs never set a locale: names of days and months are English. */
static bool
add_moment(time_t moment, const char *format, struct buf *out)
{
	char text[64];
	struct tm tm;

	if (gmtime_r(&moment, &tm) == NULL ||
	    strftime(text, sizeof text, format, &tm) == 0)
		return fault(EXIT_DATA, "a date of no calendar");
	return buf_add(out, text, strlen(text));
}

bool
facts_date(time_t moment, struct buf *out)
{
	return add_moment(moment, "%a, %d %b %Y %H:%M:%S +0000", out);
}

bool
facts_timestamp(time_t moment, struct buf *out)
{
	return add_moment(moment, "%Y-%m-%dT%H:%M:%SZ", out);
}

const char *
facts_status(const struct life *life, time_t soon, time_t now)
{
	if (now > life->until)
		return "expired";
	if (now < life->from)
		return "not-yet-valid";
	return now >= soon ? "expires-soon" : "valid";
}

/* Adds the number in BYTES, the highest first, in decimal: by dividing it by
 * ten until nothing is left. BYTES is used up. */
static bool
add_decimal(unsigned char *bytes, size_t len, struct buf *out)
{
	char digits[160]; /* 64 bytes make 155 digits */
	size_t at = sizeof digits;
	bool left = true;

	while (left && at > 0) {
		unsigned rest = 0;

		left = false;
		for (size_t i = 0; i < len; i++) {
			unsigned value = rest << 8 | bytes[i];

			bytes[i] = (unsigned char)(value / 10);
			rest = value % 10;
			left = left || bytes[i] != 0;
		}
		digits[--at] = (char)('0' + rest);
	}
	return buf_add(out, digits + at, sizeof digits - at);
}

static bool
get_serial(gnutls_x509_crt_t crt, unsigned char serial[64], size_t *len)
{
	serial[0] = 0;
	*len = 64;
	if (!x509_ok(
		gnutls_x509_crt_get_serial(crt, serial, len), "serial number"))
		return false;
	*len += *len == 0;
	return true;
}

bool
facts_serial(gnutls_x509_crt_t crt, struct buf *out)
{
	unsigned char serial[64];
	size_t len;

	return get_serial(crt, serial, &len) && add_decimal(serial, len, out);
}

static bool
add_hex(
    const unsigned char *bytes, size_t len, const char *format, struct buf *out)
{
	char text[3];

	for (size_t i = 0; i < len; i++) {
		snprintf(text, sizeof text, format, bytes[i]);
		if (!buf_add(out, text, 2))
			return false;
	}
	return true;
}

bool
facts_serial_hex(gnutls_x509_crt_t crt, struct buf *out)
{
	unsigned char serial[64];
	size_t skip = 0;
	size_t len;

	if (!get_serial(crt, serial, &len))
		return false;
	while (skip + 1 < len && serial[skip] == 0)
		skip++;
	return buf_print(out, "%x", serial[skip]) &&
	       add_hex(serial + skip + 1, len - skip - 1, "%02x", out);
}

bool
facts_fingerprint(
    gnutls_x509_crt_t crt, gnutls_digest_algorithm_t digest, struct buf *out)
{
	unsigned char hash[64];
	size_t len = sizeof hash;
	int rc = gnutls_x509_crt_get_fingerprint(crt, digest, hash, &len);

	return x509_ok(rc, "fingerprint") && add_hex(hash, len, "%02X", out);
}

struct curve {
	gnutls_ecc_curve_t curve;
	const char *name;
	unsigned bits; /* GnuTLS counts bytes */
};

/* The curve of KEY; the last of them where it is none of these. */
static const struct curve *
curve_of(gnutls_pubkey_t key)
{
	static const struct curve curves[] = {
		{ GNUTLS_ECC_CURVE_SECP256R1, "EC P-256", 256 },
		{ GNUTLS_ECC_CURVE_SECP384R1, "EC P-384", 384 },
		{ GNUTLS_ECC_CURVE_SECP521R1, "EC P-521", 521 },
		{ GNUTLS_ECC_CURVE_INVALID, "EC", 0 },
	};
	const struct curve *at = curves;
	gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

	gnutls_pubkey_export_ecc_raw2(key, &curve, NULL, NULL, 0);
	while (at->curve != curve && at->curve != GNUTLS_ECC_CURVE_INVALID)
		at++;
	return at;
}

bool
facts_key_type(gnutls_pubkey_t key, struct buf *out)
{
	int algorithm = gnutls_pubkey_get_pk_algorithm(key, NULL);
	const char *name;

	switch (algorithm) {
	case GNUTLS_PK_ECDSA:
		return buf_print(out, "%s", curve_of(key)->name);
	case GNUTLS_PK_EDDSA_ED25519:
		return buf_print(out, "Ed25519");
	case GNUTLS_PK_EDDSA_ED448:
		return buf_print(out, "Ed448");
	}
	name = algorithm > 0
		   ? gnutls_pk_get_name((gnutls_pk_algorithm_t)algorithm)
		   : NULL;
	return buf_print(out, "%s", name != NULL ? name : "unknown");
}

unsigned
facts_key_bits(gnutls_pubkey_t key)
{
	unsigned bits = 0;

	if (gnutls_pubkey_get_pk_algorithm(key, &bits) == GNUTLS_PK_ECDSA &&
	    curve_of(key)->bits > 0)
		return curve_of(key)->bits;
	return bits;
}

bool
facts_key_id(gnutls_pubkey_t key, struct buf *out)
{
	unsigned char hash[32];
	size_t len = sizeof hash;
	int rc =
	    gnutls_pubkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, hash, &len);

	return x509_ok(rc, "public key") && add_hex(hash, len, "%02x", out);
}

/* Takes the extension's VALUE apart and frees it. RC is what the call that got
 * it has returned: there need be none. */
static bool
take_names(int rc, gnutls_datum_t *value, gnutls_subject_alt_names_t *names)
{
	bool ok;

	*names = NULL;
	ok = rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ||
	     x509_ok(rc, "alternative names");
	if (ok && gnutls_subject_alt_names_init(names) < 0)
		ok = fault_memory();
	if (ok && rc >= 0)
		ok = x509_ok(
		    gnutls_x509_ext_import_subject_alt_names(value, *names, 0),
		    "alternative names");
	if (!ok && *names != NULL) {
		gnutls_subject_alt_names_deinit(*names);
		*names = NULL;
	}
	gnutls_free(value->data);
	return ok;
}

bool
facts_names(gnutls_x509_crt_t crt, gnutls_subject_alt_names_t *names)
{
	gnutls_datum_t value = { NULL, 0 };

	return take_names(gnutls_x509_crt_get_extension_by_oid2(
			      crt, GNUTLS_X509EXT_OID_SAN, 0, &value, NULL),
	    &value, names);
}

bool
facts_request_names(gnutls_x509_crq_t csr, gnutls_subject_alt_names_t *names)
{
	gnutls_datum_t value = { NULL, 0 };

	return take_names(gnutls_x509_crq_get_extension_by_oid2(
			      csr, GNUTLS_X509EXT_OID_SAN, 0, &value, NULL),
	    &value, names);
}

static bool
add_address(const gnutls_datum_t *value, struct buf *out)
{
	char text[INET6_ADDRSTRLEN] = "";

	if (value->size == 4 || value->size == 16)
		inet_ntop(value->size == 4 ? AF_INET : AF_INET6, value->data,
		    text, sizeof text);
	return buf_print(out, "IP:%s", text[0] != '\0' ? text : "malformed");
}

bool
facts_next_name(
    gnutls_subject_alt_names_t names, unsigned *at, bool *last, struct buf *out)
{
	static const char *const kinds[] = { [GNUTLS_SAN_DNSNAME] = "DNS",
		[GNUTLS_SAN_RFC822NAME] = "email",
		[GNUTLS_SAN_URI] = "URI" };
	gnutls_datum_t value;
	gnutls_datum_t oid;
	unsigned kind;
	int rc = gnutls_subject_alt_names_get(names, *at, &kind, &value, &oid);

	*last = rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
	if (*last)
		return true;
	if (!x509_ok(rc, "alternative names"))
		return false;
	++*at;
	if (kind == GNUTLS_SAN_IPADDRESS)
		return add_address(&value, out);
	/* the value of other kinds is DER */
	if (kind >= sizeof kinds / sizeof kinds[0] || kinds[kind] == NULL)
		return buf_print(out, "other");
	return buf_print(out, "%s:", kinds[kind]) &&
	       text_escape((char *)value.data, value.size, out);
}

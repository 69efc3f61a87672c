/* show.c: a certificate as lines for people.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <gnutls/crypto.h>

#include "exit.h"
#include "fault.h"
#include "show.h"
#include "span.h"
#include "text.h"
#include "x509.h"

static bool
add_field(struct buf *out, const char *field)
{
	char label[24];

	snprintf(label, sizeof label, "%s:", field);
	return buf_print(out, "%-14s ", label);
}

/* GnuTLS gives the parts in encoded order only in its older format, which has
 * no blank behind the commas between them. */
static bool
add_spaced(struct buf *out, const char *name, size_t len)
{
	struct buf spaced = { 0 };
	bool escaped = false;
	bool ok = true;

	for (size_t i = 0; ok && i < len; i++) {
		bool between = name[i] == ',' && !escaped;

		escaped = name[i] == '\\' && !escaped;
		ok = buf_add(&spaced, between ? ", " : name + i, 1 + between);
	}
	ok = ok && text_escape(buf_text(&spaced), spaced.len, out);
	buf_free(&spaced);
	return ok;
}

static bool
add_name(struct buf *out, const char *field, gnutls_x509_crt_t crt,
    int (*get)(gnutls_x509_crt_t, gnutls_datum_t *, unsigned))
{
	gnutls_datum_t name = { NULL, 0 };
	int rc = get(crt, &name, GNUTLS_X509_DN_FLAG_COMPAT);
	bool ok;

	/* an empty name is legal, if the alternative names say more */
	if (rc < 0 && rc != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return fault(EXIT_DATA, "%s: %s", field, gnutls_strerror(rc));
	ok = add_field(out, field) &&
	     add_spaced(out, (char *)name.data, name.size) &&
	     buf_add(out, "\n", 1);
	gnutls_free(name.data);
	return ok;
}

static bool
add_status(struct buf *out, gnutls_x509_crt_t crt, time_t soon, time_t now)
{
	time_t from = gnutls_x509_crt_get_activation_time(crt);
	time_t until = gnutls_x509_crt_get_expiration_time(crt);
	const char *word = "VALID (expires in: ";
	int64_t span = (int64_t)until - now;

	if (now > until) {
		word = "EXPIRED (since: ";
		span = -span;
	} else if (now < from) {
		word = "NOT VALID YET (will be in: ";
		span = (int64_t)from - now;
	} else if (now >= soon) {
		word = "EXPIRES SOON (expires in: ";
	}
	return add_field(out, "Status") && buf_print(out, "%s", word) &&
	       span_print(span, out) && buf_print(out, ")\n");
}

static bool
add_date(struct buf *out, const char *field, time_t date)
{
	char text[64];
	struct tm tm;

	/* RFC 2822, in UTC; the programs never set a locale */
	if (gmtime_r(&date, &tm) == NULL ||
	    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &tm) ==
		0)
		return fault(EXIT_DATA, "%s: out of range", field);
	return add_field(out, field) && buf_print(out, "%s\n", text);
}

/* Adds the number in BYTES, the highest first, in decimal: by dividing it by
 * ten until nothing is left. BYTES is used up. */
static bool
add_decimal(struct buf *out, unsigned char *bytes, size_t len)
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
add_serial(struct buf *out, gnutls_x509_crt_t crt)
{
	unsigned char serial[64];
	unsigned char copy[64];
	size_t len = sizeof serial;
	size_t skip = 0;
	int rc = gnutls_x509_crt_get_serial(crt, serial, &len);

	if (!x509_ok(rc, "serial number"))
		return false;
	memcpy(copy, serial, len);
	if (!add_field(out, "Serial number") || !add_decimal(out, copy, len))
		return false;
	while (skip + 1 < len && serial[skip] == 0)
		skip++;
	if (!buf_print(out, " (0x%x", serial[skip]))
		return false;
	for (size_t i = skip + 1; i < len; i++)
		if (!buf_print(out, "%02x", serial[i]))
			return false;
	return buf_print(out, ")\n");
}

static bool
add_thumbprint(struct buf *out, gnutls_x509_crt_t crt)
{
	unsigned char hash[20];
	size_t len = sizeof hash;
	int rc =
	    gnutls_x509_crt_get_fingerprint(crt, GNUTLS_DIG_SHA1, hash, &len);

	if (!x509_ok(rc, "thumbprint") || !add_field(out, "Thumbprint"))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!buf_print(out, "%02X", hash[i]))
			return false;
	return buf_print(out, "\n");
}

bool
show_certificate(gnutls_x509_crt_t crt, const char *name, time_t soon,
    time_t now, struct buf *out)
{
	return add_field(out, "Certificate") &&
	       text_escape(name, strlen(name), out) && buf_print(out, "\n") &&
	       add_name(out, "Subject", crt, gnutls_x509_crt_get_dn3) &&
	       add_name(out, "Issuer", crt, gnutls_x509_crt_get_issuer_dn3) &&
	       add_status(out, crt, soon, now) &&
	       add_date(out, "Valid from",
		   gnutls_x509_crt_get_activation_time(crt)) &&
	       add_date(out, "Valid until",
		   gnutls_x509_crt_get_expiration_time(crt)) &&
	       add_serial(out, crt) && add_thumbprint(out, crt);
}

/* show.c: certificates, requests and keys as lines for people.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>

#include "facts.h"
#include "fault.h"
#include "show.h"
#include "span.h"
#include "x509.h"

bool
show_field(struct buf *out, const char *field)
{
	char label[24];

	snprintf(label, sizeof label, "%s:", field);
	return buf_print(out, "%-14s ", label);
}

static bool
add_source(struct buf *out, const char *field, const char *name)
{
	return show_field(out, field) && facts_source(name, out) &&
	       buf_print(out, "\n");
}

bool
show_status(struct buf *out, const struct life *life, time_t soon, time_t now)
{
	const char *word = "VALID (expires in: ";
	int64_t span = (int64_t)life->until - now;

	if (now > life->until) {
		word = "EXPIRED (since: ";
		span = -span;
	} else if (now < life->from) {
		word = "NOT VALID YET (will be in: ";
		span = (int64_t)life->from - now;
	} else if (now >= soon) {
		word = "EXPIRES SOON (expires in: ";
	}
	return buf_print(out, "%s", word) && span_print(span, out) &&
	       buf_print(out, ")");
}

static bool
add_date(struct buf *out, const char *field, time_t date)
{
	return show_field(out, field) && facts_date(date, out) &&
	       buf_print(out, "\n");
}

bool
show_certificate(gnutls_x509_crt_t crt, const char *name,
    const struct life *life, time_t soon, time_t now, struct buf *out)
{
	return add_source(out, "Certificate", name) &&
	       show_field(out, "Subject") && facts_subject(crt, out) &&
	       buf_print(out, "\n") && show_field(out, "Issuer") &&
	       facts_issuer(crt, out) && buf_print(out, "\n") &&
	       show_field(out, "Status") && show_status(out, life, soon, now) &&
	       buf_print(out, "\n") &&
	       add_date(out, "Valid from", life->from) &&
	       add_date(out, "Valid until",
		   gnutls_x509_crt_get_expiration_time(crt)) &&
	       show_field(out, "Serial number") && facts_serial(crt, out) &&
	       buf_print(out, " (0x") && facts_serial_hex(crt, out) &&
	       buf_print(out, ")\n") && show_field(out, "Thumbprint") &&
	       facts_fingerprint(crt, GNUTLS_DIG_SHA1, out) &&
	       buf_print(out, "\n");
}

static bool
add_key(struct buf *out, gnutls_pubkey_t half)
{
	return show_field(out, "Public key") && facts_key_type(half, out) &&
	       buf_print(out, ", %u bits\n", facts_key_bits(half)) &&
	       show_field(out, "Key id") && facts_key_id(half, out) &&
	       buf_print(out, "\n");
}

/* A line "Names" with the alternative names, where there are any. */
static bool
add_names(struct buf *out, gnutls_x509_crq_t csr)
{
	gnutls_subject_alt_names_t names = NULL;
	bool last = false;
	unsigned at = 0;
	bool ok = facts_request_names(csr, &names);

	while (ok && !last) {
		struct buf name = { 0 };

		ok = facts_next_name(names, &at, &last, &name);
		if (ok && !last)
			ok = (at == 1 ? show_field(out, "Names")
				      : buf_print(out, ", ")) &&
			     buf_add(out, name.data, name.len);
		buf_free(&name);
	}
	if (names != NULL)
		gnutls_subject_alt_names_deinit(names);
	return ok && (at == 0 || buf_print(out, "\n"));
}

bool
show_request(gnutls_x509_crq_t csr, const char *name, struct buf *out)
{
	gnutls_pubkey_t half = NULL;
	bool ok;

	ok = add_source(out, "Certificate request", name) &&
	     show_field(out, "Subject") && facts_request_subject(csr, out) &&
	     buf_print(out, "\n") && add_names(out, csr) &&
	     x509_ok(gnutls_pubkey_init(&half), "request") &&
	     x509_ok(gnutls_pubkey_import_x509_crq(half, csr, 0), "request") &&
	     add_key(out, half) && show_field(out, "Signature") &&
	     buf_print(out, "%s\n",
		 gnutls_x509_crq_verify(csr, 0) == 0
		     ? "GOOD"
		     : "BAD (not by this public key)");
	if (half != NULL)
		gnutls_pubkey_deinit(half);
	return ok;
}

bool
show_key(gnutls_pubkey_t half, const char *name, struct buf *out)
{
	return add_source(out, "Key", name) && add_key(out, half);
}

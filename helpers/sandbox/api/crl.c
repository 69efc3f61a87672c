/* crl.c: the REST calls around revoked serial numbers.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>
#include <jansson.h>

#include "fault.h"
#include "sandbox/api/audit.h"
#include "sandbox/api/crl.h"
#include "sandbox/http/form.h"
#include "sandbox/http/login.h"
#include "sandbox/state/revoked.h"
#include "serial.h"
#include "sign/crl.h"
#include "sign/date.h"

/* rows that a table may have, and serial numbers that an audit record names */
enum { ROWS_MOST = 5000, NAMED_MOST = 20 };

enum { NEXT_UPDATE = 30 * 24 * 60 * 60 };

/* What revoked_each calls: adds to the list DATA. */
static bool
collect(const char *text, int64_t at, void *data)
{
	struct serial serial;

	return serial_parse(text, &serial) &&
	       revoked_add(data, &serial, (time_t)at, 0);
}

/* Signs LIST. What the number counts is seconds: it only has to rise. */
static bool
sign(const struct issuer *issuer, struct revoked *list, gnutls_datum_t *der)
{
	const struct authority ca = {
		.name = "ca.pem", .chain = issuer->ca, .key = issuer->key
	};
	time_t now = time(NULL);
	const struct crl_rules rules = {
		.number = (uint64_t)now, .now = now, .next = now + NEXT_UPDATE
	};
	struct buf pem = { 0 };
	gnutls_datum_t text;
	bool ok = crl_sign(list, &ca, &rules, &pem);

	text = (gnutls_datum_t){ pem.data, (unsigned)pem.len };
	ok = ok &&
	     x509_ok(gnutls_pem_base64_decode2("X509 CRL", &text, der), "CRL");
	buf_free(&pem);
	return ok;
}

bool
crl_show(struct exchange *x)
{
	struct revoked list = { 0 };
	gnutls_datum_t der = { NULL, 0 };
	bool ok;

	if (!login_require(x, LOGIN_TRUST_READ))
		return false;
	/* nobody else could sign it */
	if (!authority_exists(&x->tenant->issuer))
		return exchange_missing(x, "Failed to retrieve tenant keypair");
	ok =
	    revoked_each(&x->tenant->store, collect, &list) &&
	    sign(&x->tenant->issuer, &list, &der) &&
	    exchange_answer(x, 200, "application/pkix-crl", der.data, der.size);
	gnutls_free(der.data);
	revoked_free(&list);
	return ok;
}

/* Those that one request brings. */
struct intake {
	struct exchange *x;
	time_t now;
	unsigned count;
	struct buf named;
};

static bool
refuse(struct exchange *x, const char *message)
{
	return exchange_refuse(x, 400, "general/badRequest", message);
}

/* Reads 2023-01-11T16:12:36.288Z, the one form that a tenant takes. */
static bool
read_date(const char *text, time_t *date)
{
	return strlen(text) == sizeof "2023-01-11T16:12:36.288Z" - 1 &&
	       text[10] == 'T' && text[19] == '.' && text[23] == 'Z' &&
	       date_parse(text, date);
}

/* DATE may be NULL or empty: then, and where it is ahead, it is now. */
static bool
take(struct intake *in, const char *text, const char *date)
{
	struct serial serial;
	time_t at = in->now;

	if (!serial_parse(text, &serial))
		return refuse(in->x, fault_text());
	if (date != NULL && *date != '\0' && !read_date(date, &at))
		return refuse(in->x, "Unsupported date time format");
	if (at > in->now)
		at = in->now;
	if (in->count++ < NAMED_MOST &&
	    !(buf_print(&in->named, "%s'", in->named.len > 0 ? ", " : "") &&
		revoked_print(serial.bytes, serial.len, &in->named) &&
		buf_print(&in->named, "'")))
		return fault_memory();
	return revoked_keep(
	    &in->x->tenant->store, serial.bytes, serial.len, at);
}

/* {"crls":[{"serialNumberInHex":...,"revocationDate":...}]} */
static bool
take_json(struct intake *in)
{
	json_t *body = exchange_object(in->x);
	const json_t *all = json_object_get(body, "crls");
	bool ok = body != NULL;
	size_t index;
	json_t *entry;

	if (ok && !json_is_array(all))
		ok = refuse(in->x, "crls must be a list");
	json_array_foreach(all, index, entry)
	{
		const char *serial = json_string_value(
		    json_object_get(entry, "serialNumberInHex"));
		const char *date =
		    json_string_value(json_object_get(entry, "revocationDate"));

		if (!ok)
			break;
		ok = serial != NULL
			 ? take(in, serial, date)
			 : refuse(in->x, "serialNumberInHex must be a text");
	}
	json_decref(body);
	return ok;
}

/* Takes the next cell off *LINE, without the blanks and quotes around it; NULL
 * behind the last. */
static char *
next_cell(char **line)
{
	static const char frill[] = " \t\r\"";
	char *cell = *line;
	size_t len;

	if (cell == NULL)
		return NULL;
	cell += strspn(cell, frill);
	len = strcspn(cell, ",;");
	*line = cell[len] != '\0' ? cell + len + 1 : NULL;
	while (len > 0 && strchr(frill, cell[len - 1]) != NULL)
		len--;
	cell[len] = '\0';
	return cell;
}

static bool
take_row(struct intake *in, char *line)
{
	const char *serial = next_cell(&line);
	const char *date = next_cell(&line);

	if (*serial == '\0' && date == NULL)
		return true;
	if (in->count == ROWS_MOST)
		return refuse(
		    in->x, "The file has more than 5000 revocation entries");
	return take(in, serial, date);
}

/* The first row is the table's head, whatever it says. */
static bool
take_table(struct intake *in)
{
	struct buf table = { 0 };
	bool ok = form_file(in->x, "file", &table);
	char *line = strchr(ok ? (char *)table.data : "", '\n');

	if (ok && memchr(table.data, '\0', table.len) != NULL)
		ok = refuse(in->x, "The file is no table");
	while (ok && line != NULL) {
		char *row = line + 1;

		line = strchr(row, '\n');
		if (line != NULL)
			*line = '\0';
		ok = take_row(in, row);
	}
	buf_free(&table);
	return ok;
}

bool
crl_change(struct exchange *x)
{
	struct intake in = { .x = x, .now = time(NULL) };
	struct store *store = &x->tenant->store;
	bool ok;

	if (!login_require(x, LOGIN_TRUST_ADMIN) || !store_begin(store))
		return false;
	ok = (form_is(x) ? take_table(&in) : take_json(&in)) &&
	     audit_write(x, "TrustedCertificates",
		 "Certificate revocation list (CRL) updated", NULL,
		 "Revoked certificate serial numbers hex: %s%s",
		 buf_text(&in.named), in.count > NAMED_MOST ? ", ..." : "");
	ok = store_end(store, ok) && exchange_answer(x, 204, NULL, NULL, 0);
	buf_free(&in.named);
	return ok;
}

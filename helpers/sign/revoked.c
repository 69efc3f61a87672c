/* revoked.c: the revoked certificates of a CA, as a CRL lists them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asn.h"
#include "exit.h"
#include "fault.h"
#include "revoked.h"

/* removeFromCRL is for delta lists alone */
static const struct reason {
	const char *name;
	unsigned code;
} reasons[] = {
	{ "unspecified", 0 },
	{ "keyCompromise", 1 },
	{ "cACompromise", 2 },
	{ "affiliationChanged", 3 },
	{ "superseded", 4 },
	{ "cessationOfOperation", 5 },
	{ "certificateHold", 6 },
	{ "privilegeWithdrawn", 9 },
	{ "aACompromise", 10 },
};

enum { REASONS = sizeof reasons / sizeof reasons[0] };

#define OID_REASON "2.5.29.21"

bool
revoked_parse_reason(const char *name, unsigned *reason)
{
	struct buf known = { 0 };

	for (int i = 0; i < REASONS; i++)
		if (strcasecmp(reasons[i].name, name) == 0) {
			*reason = reasons[i].code;
			return true;
		}
	for (int i = 0; i < REASONS; i++)
		if (!buf_print(
			&known, "%s%s", i > 0 ? ", " : "", reasons[i].name))
			goto out;
	fault(
	    EXIT_DATA, "'%s': no reason: there are %s", name, buf_text(&known));
out:
	buf_free(&known);
	return false;
}

/* Takes the LEN bytes at the end of the DER of LIST as the entry for SERIAL. */
static bool
take(struct revoked *list, const struct serial *serial, size_t len)
{
	if (list->count == list->room) {
		size_t room = list->room > 0 ? 2 * list->room : 64;
		struct revoked_entry *entries =
		    reallocarray(list->entries, room, sizeof *entries);

		if (entries == NULL)
			return fault_memory();
		list->entries = entries;
		list->room = room;
	}
	list->entries[list->count++] = (struct revoked_entry){
		.serial = *serial, .at = list->der.len - len, .len = len
	};
	return true;
}

static bool
set_date(asn1_node entry, time_t date)
{
	/* RFC 5280, 5.1.2.6: UTCTime until 2049 */
	static const int64_t utc_end = INT64_C(2524608000);
	bool utc = date < utc_end;
	char text[32];
	struct tm tm;

	if (gmtime_r(&date, &tm) == NULL ||
	    strftime(text, sizeof text, utc ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ",
		&tm) == 0)
		return fault(EXIT_DATA, "a date out of range");
	return asn_write(entry, "revocationDate",
		   utc ? "utcTime" : "generalTime", 1) &&
	       asn_write(entry,
		   utc ? "revocationDate.utcTime"
		       : "revocationDate.generalTime",
		   text, 0);
}

static bool
set_reason(asn1_node entry, unsigned reason)
{
	unsigned char code = (unsigned char)reason;
	unsigned char der[ASN1_MAX_TL_SIZE + 1];
	unsigned len = ASN1_MAX_TL_SIZE;

	if (reason == 0)
		return asn_write(entry, "crlEntryExtensions", NULL, 0);
	if (!asn_ok(asn1_encode_simple_der(
			ASN1_ETYPE_ENUMERATED, &code, 1, der, &len),
		"reason"))
		return false;
	der[len] = code;
	return asn_write(entry, "crlEntryExtensions", "NEW", 1) &&
	       asn_write(
		   entry, "crlEntryExtensions.?1.extnID", OID_REASON, 1) &&
	       asn_write(entry, "crlEntryExtensions.?1.critical", "FALSE", 1) &&
	       asn_write(
		   entry, "crlEntryExtensions.?1.extnValue", der, len + 1);
}

bool
revoked_add(struct revoked *list, const struct serial *serial, time_t date,
    unsigned reason)
{
	size_t before = list->der.len;
	asn1_node entry = NULL;
	bool ok;

	ok = asn_create("ASN.RevokedCertificate", &entry) &&
	     asn_write(entry, "userCertificate", serial->bytes, serial->len) &&
	     set_date(entry, date) && set_reason(entry, reason) &&
	     asn_encode(entry, "", &list->der) &&
	     take(list, serial, list->der.len - before);
	asn1_delete_structure(&entry);
	return ok;
}

bool
revoked_add_der(struct revoked *list, const void *der, size_t len)
{
	unsigned char bytes[SERIAL_SIZE];
	int size = sizeof bytes;
	struct serial serial;
	asn1_node entry = NULL;
	bool ok;

	ok = asn_decode("ASN.RevokedCertificate", der, len, &entry) &&
	     asn_ok(asn1_read_value(entry, "userCertificate", bytes, &size),
		 "serial number") &&
	     serial_set(bytes, (size_t)size, &serial) &&
	     buf_add(&list->der, der, len) && take(list, &serial, len);
	asn1_delete_structure(&entry);
	return ok;
}

static int
compare(const void *one, const void *other)
{
	const struct revoked_entry *a = one;
	const struct revoked_entry *b = other;
	int order = serial_compare(&a->serial, &b->serial);

	if (order == 0)
		order = a->at < b->at ? -1 : 1;
	return order;
}

void
revoked_sort(struct revoked *list)
{
	size_t kept = 0;

	if (list->count == 0)
		return;
	qsort(list->entries, list->count, sizeof list->entries[0], compare);
	for (size_t i = 1; i < list->count; i++)
		if (serial_compare(&list->entries[kept].serial,
			&list->entries[i].serial) != 0)
			list->entries[++kept] = list->entries[i];
	list->count = kept + 1;
}

void
revoked_free(struct revoked *list)
{
	free(list->entries);
	buf_free(&list->der);
	*list = (struct revoked){ 0 };
}

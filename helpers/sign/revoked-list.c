/* revoked-list.c: the revoked certificates that people write down.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "date.h"
#include "exit.h"
#include "fault.h"
#include "revoked-list.h"
#include "serial.h"
#include "x509.h"

static const char separators[] = " \t\r,;";

/* Takes the next field off LINE; NULL behind the last. */
static char *
next_field(char **line)
{
	char *field = *line + strspn(*line, separators);
	size_t len = strcspn(field, separators);

	if (len == 0)
		return NULL;
	*line = field + len;
	if (**line != '\0')
		*(*line)++ = '\0';
	return field;
}

/* What stands behind the serial number: each once at most, a reason begins
 * with no digit. */
static bool
read_details(char *line, time_t *date, unsigned *reason)
{
	bool dated = false;
	bool reasoned = false;
	char *field;

	while ((field = next_field(&line)) != NULL) {
		bool is_date = field[0] >= '0' && field[0] <= '9';

		if (is_date ? dated : reasoned)
			return fault(EXIT_DATA, "'%s': a second %s", field,
			    is_date ? "date" : "reason");
		if (!(is_date ? date_parse(field, date)
			      : revoked_parse_reason(field, reason)))
			return false;
		dated |= is_date;
		reasoned |= !is_date;
	}
	return true;
}

static bool
add_line(char *line, time_t now, struct revoked *list)
{
	struct serial serial;
	time_t date = now;
	unsigned reason = 0;
	char *field = next_field(&line);

	if (field == NULL || field[0] == '#')
		return true;
	if (!serial_parse(field, &serial) ||
	    !read_details(line, &date, &reason))
		return false;
	return revoked_add(list, &serial, date < now ? date : now, reason);
}

static bool
is_head(const char *line)
{
	line += strspn(line, separators);
	return strncasecmp(line, "serial", 6) == 0 && line[6] != '=';
}

static bool
add_lines(const void *data, size_t len, const char *name, time_t now,
    struct revoked *list)
{
	struct buf copy = { 0 };
	unsigned number = 1;
	char *line;
	char *next;
	bool ok;

	if (len == 0)
		return true;
	if (memchr(data, '\0', len) != NULL)
		return fault(EXIT_DATA,
		    "%s: neither a list of serial numbers nor a certificate",
		    name);
	ok = buf_add(&copy, data, len);
	for (line = (char *)copy.data; ok && line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (number > 1 || !is_head(line))
			ok = add_line(line, now, list) ||
			     fault(EXIT_DATA, "%s: line %u: %s", name, number,
				 fault_text());
		number++;
	}
	buf_free(&copy);
	return ok;
}

static bool
add_certificate(gnutls_x509_crt_t crt, time_t now, struct revoked *list)
{
	unsigned char bytes[SERIAL_SIZE];
	size_t size = sizeof bytes;
	struct serial serial;

	return x509_ok(gnutls_x509_crt_get_serial(crt, bytes, &size),
		   "serial number") &&
	       serial_set(bytes, size, &serial) &&
	       revoked_add(list, &serial, now, 0);
}

static bool
add_certificates(const void *data, size_t len, const char *name,
    const struct authority *ca, time_t now, struct revoked *list)
{
	struct x509_list found;
	bool ok = true;

	if (!x509_parse(data, len, name, &found))
		return false;
	for (unsigned i = 0; ok && i < found.count; i++) {
		if (i > 0 && gnutls_x509_crt_check_issuer(
				 found.crt[i - 1], found.crt[i]) != 0)
			continue;
		ok = gnutls_x509_crt_check_issuer(
			 found.crt[i], ca->chain.crt[0]) != 0 ||
		     fault(EXIT_DATA,
			 "%s: certificate %u is not from the CA in %s", name,
			 i + 1, ca->name);
		ok = ok && add_certificate(found.crt[i], now, list);
	}
	x509_free(&found);
	return ok;
}

/* No line of text begins as a certificate in DER does: a sequence whose length
 * takes several bytes. */
static bool
is_certificate(const unsigned char *data, size_t len)
{
	static const char mark[] = "-----BEGIN ";

	return (len > 1 && data[0] == 0x30 && data[1] >= 0x80) ||
	       memmem(data, len, mark, sizeof mark - 1) != NULL;
}

bool
revoked_read(const void *data, size_t len, const char *name,
    const struct authority *ca, time_t now, struct revoked *list)
{
	return is_certificate(data, len)
		   ? add_certificates(data, len, name, ca, now, list)
		   : add_lines(data, len, name, now, list);
}

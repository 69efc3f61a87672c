/* serial.c: serial numbers of certificates (RFC 5280, 4.1.2.2).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "exit.h"
#include "fault.h"
#include "serial.h"

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
serial_set(const void *bytes, size_t len, struct serial *serial)
{
	const unsigned char *from = bytes;
	size_t sign;

	for (; len > 1 && from[0] == 0; from++)
		len--;
	sign = len == 0 || from[0] >= 0x80;
	if (len + sign > sizeof serial->bytes)
		return fault(EXIT_DATA, "a serial number of %zu bytes", len);
	serial->bytes[0] = 0;
	if (len > 0)
		memcpy(serial->bytes + sign, from, len);
	serial->len = len + sign;
	return true;
}

bool
serial_parse(const char *text, struct serial *serial)
{
	unsigned char bytes[SERIAL_SIZE] = { 0 };
	const char *at = text;
	size_t digits = 0;

	if (strncasecmp(at, "serial=", 7) == 0)
		at += 7;
	if (strncasecmp(at, "0x", 2) == 0)
		at += 2;
	for (; *at != '\0'; at++) {
		if (*at == ':' && digits > 0 && digits % 2 == 0 &&
		    at[1] != '\0')
			continue;
		if (digit(*at) < 0 || bytes[0] > 0x0f)
			goto bad;
		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (unsigned char)(bytes[i] << 4 |
						   (i + 1 < sizeof bytes
							   ? bytes[i + 1] >> 4
							   : digit(*at)));
		digits++;
	}
	if (digits > 0 && serial_set(bytes, sizeof bytes, serial))
		return true;
bad:
	return fault(EXIT_DATA,
	    "'%s': no serial number, which is written like 1a2b or 1A:2B",
	    text);
}

bool
serial_is_zero(const struct serial *serial)
{
	return serial->len == 1 && serial->bytes[0] == 0;
}

int
serial_compare(const struct serial *a, const struct serial *b)
{
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->bytes, b->bytes, a->len);
}

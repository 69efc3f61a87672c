/* serial.h: serial numbers of certificates (RFC 5280, 4.1.2.2).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_SERIAL_H
#define CERTCYCLE_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SERIAL_LIMIT is for those that are made here; others made longer ones. */
enum { SERIAL_LIMIT = 20, SERIAL_SIZE = 64 };

/* A number that is not negative, as DER has it: no zeros in front but the one
 * that keeps the sign. LEN is 0 where there is none. */
struct serial {
	unsigned char bytes[SERIAL_SIZE];
	size_t len;
};

/* Reads hexadecimal digits as tools print them: "1a2b", "1A:2B", "0x1a2b",
 * "serial=1A2B". EXIT_DATA otherwise. */
bool serial_parse(const char *text, struct serial *serial);

/* The number in LEN bytes, the highest first. EXIT_DATA: too long. */
bool serial_set(const void *bytes, size_t len, struct serial *serial);

bool serial_is_zero(const struct serial *serial);

/* Below, equal or above 0, as memcmp says it. */
int serial_compare(const struct serial *a, const struct serial *b);

#endif

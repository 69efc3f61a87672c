/* serial: a serial number that is accepted prints as digits that are read as
 * the same.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "serial.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	struct buf digits = { 0 };
	struct serial serial;
	struct serial again;

	if (serial_parse(text, &serial)) {
		must(serial.len > 0 && serial.len <= sizeof serial.bytes);
		/* not negative, and as short as that can be */
		must(serial.bytes[0] < 0x80);
		must(serial.len == 1 || serial.bytes[0] != 0 ||
		     serial.bytes[1] >= 0x80);
		for (size_t i = 0; i < serial.len; i++)
			must(buf_print(&digits, "%02x", serial.bytes[i]));
		must(serial_parse(buf_text(&digits), &again));
		must(serial_compare(&serial, &again) == 0);
	} else {
		must(fault_code() == EXIT_DATA);
	}
	buf_free(&digits);
	free(text);
	return 0;
}

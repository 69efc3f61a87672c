/* once.c: a main for the fuzz targets where no libFuzzer is: each file that is
 * named once, and the empty input before them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>

#include "fault.h"
#include "file.h"
#include "fuzz.h"

int
main(int argc, char **argv)
{
	LLVMFuzzerInitialize(&argc, &argv);
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++) {
		struct buf file = { 0 };
		struct buf input;

		if (!file_read(argv[i], &file)) {
			fprintf(stderr, "%s\n", fault_text());
			return 1;
		}
		fprintf(stderr, "%s\n", argv[i]);
		input = fuzz_buf(file.data, file.len);
		LLVMFuzzerTestOneInput(input.data, input.len);
		buf_free(&input);
		buf_free(&file);
	}
	return 0;
}

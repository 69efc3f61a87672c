/* fuzz.h: what the fuzz targets share.
 *
 * A target is one file here, with the name of what it reads: it hands the bytes
 * to a reader and says, by `must`, what is true of all that the reader accepts.
 * No crash and no leak go without saying. Linked with libFuzzer it searches for
 * such bytes (make fuzz); linked with once.c it takes files (tests/fuzz.t).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_FUZZ_H
#define CERTCYCLE_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "x509.h"

/* The target; libFuzzer gives the names. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Once, before the first input: starts GnuTLS. Returns 0. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Says on standard error what is not so, and where, and aborts. */
#define must(held) ((held) ? (void)0 : fuzz_finding(__FILE__, __LINE__, #held))
_Noreturn void fuzz_finding(const char *file, int line, const char *what);

/* The input as a string; ends at its first NUL. The memory ends with the string
 * or the input, so that a sanitizer sees who reads on. Freed by free. */
char *fuzz_string(const uint8_t *data, size_t size);

/* The input as a buffer, in memory of its own size; freed by buf_free. */
struct buf fuzz_buf(const uint8_t *data, size_t size);

/* Are they the same bytes? */
bool fuzz_same(const struct buf *a, const struct buf *b);

/* Are they the same certificates, byte for byte, in the same order? */
bool fuzz_same_certs(const struct x509_list *a, const struct x509_list *b);

/* Is TEXT lines of clean text (text.h), each with its line feed? */
bool fuzz_clean_lines(const struct buf *text);

/* Is TEXT one JSON object on one line of clean text? */
bool fuzz_json_line(const struct buf *text);

/* A CA's certificate, whose key exists no more: it has signed nothing but
 * itself. LIST is freed by x509_free. */
void fuzz_issuer(struct x509_list *list);

#endif

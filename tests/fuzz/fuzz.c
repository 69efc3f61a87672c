/* fuzz.c: what the fuzz targets share.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <jansson.h>

#include "fuzz.h"
#include "text.h"

/* standard error as it was: libFuzzer can close it, so that what the readers
 * have to say a million times is not heard */
static int heard = STDERR_FILENO;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	heard = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	must(x509_start());
	return 0;
}

void
fuzz_finding(const char *file, int line, const char *what)
{
	dprintf(heard, "%s:%d: must be so: %s\n", file, line, what);
	abort();
}

char *
fuzz_string(const uint8_t *data, size_t size)
{
	size_t len = strnlen((const char *)data, size);
	char *text = malloc(len + 1);

	must(text != NULL);
	memcpy(text, data, len);
	text[len] = '\0';
	return text;
}

struct buf
fuzz_buf(const uint8_t *data, size_t size)
{
	struct buf buf = { malloc(size + 1), size, size + 1 };

	must(buf.data != NULL);
	memcpy(buf.data, data, size);
	buf.data[size] = '\0';
	return buf;
}

bool
fuzz_same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len &&
	       memcmp(buf_text(a), buf_text(b), a->len) == 0;
}

bool
fuzz_same_certs(const struct x509_list *a, const struct x509_list *b)
{
	bool same = a->count == b->count;

	for (unsigned i = 0; same && i < a->count; i++)
		same = gnutls_x509_crt_equals(a->crt[i], b->crt[i]);
	return same;
}

bool
fuzz_clean_lines(const struct buf *text)
{
	const char *at = buf_text(text);
	const char *end = at + text->len;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (stop == NULL || !text_is_clean(at, (size_t)(stop - at)))
			return false;
		at = stop + 1;
	}
	return true;
}

bool
fuzz_json_line(const struct buf *text)
{
	json_t *json = json_loadb(buf_text(text), text->len, 0, NULL);
	bool is = json_is_object(json);

	json_decref(json);
	return is && fuzz_clean_lines(text) &&
	       strchr(buf_text(text), '\n') == buf_text(text) + text->len - 1;
}

void
fuzz_issuer(struct x509_list *list)
{
	static const char pem[] =
	    "-----BEGIN CERTIFICATE-----\n"
	    "MIIBajCCARCgAwIBAgIQZms2qLl4FXz6t8Qide/mnDAKBggqhkjOPQQDAjAVMRMw\n"
	    "EQYDVQQDEwpFeGFtcGxlIENBMB4XDTI2MTEyMDA0MjUxNVoXDTI3MTEyMTA0MjUx\n"
	    "NVowFTETMBEGA1UEAxMKRXhhbXBsZSBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH\n"
	    "A0IABCe8vOMca43AvtjM5vwxGimuK1S0bCgxfnwc68Z5856ftp0FMqIzwEoJ/HcO\n"
	    "VtBgoOd8euXnYvR9mw5iEzBt0pSjQjBAMB0GA1UdDgQWBBTFv4huPKvngGDGDAzL\n"
	    "gEiz5/lc0zAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAKBggqhkjO\n"
	    "PQQDAgNIADBFAiEAswPTQOhBxSyhYMayaaijmZGbarveVP9Ed/TCVZl/2wUCIEwY\n"
	    "5KL1xcC3Fo0x3OYs55spPFR04/kHFJpzTiHrjixt\n"
	    "-----END CERTIFICATE-----\n";

	must(x509_parse(pem, sizeof pem - 1, "issuer", list));
}

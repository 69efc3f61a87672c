/* text: what is escaped is clean, what is clean stays as it is, and an id that
 * is accepted can stand anywhere.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "text.h"

/* What a terminal obeys, said once more and not by text.c. */
static bool
has_control(const struct buf *text)
{
	for (size_t i = 0; i < text->len; i++)
		if (text->data[i] < 0x20 || text->data[i] == 0x7f ||
		    (text->data[i] == 0xc2 && text->data[i + 1] < 0xa0))
			return true;
	return false;
}

static void
check_escape(const uint8_t *data, size_t size)
{
	struct buf input = fuzz_buf(data, size);
	struct buf once = { 0 };
	struct buf twice = { 0 };

	must(text_escape(buf_text(&input), size, &once));
	must(text_is_clean(buf_text(&once), once.len) && !has_control(&once));
	must(fuzz_same(&input, &once) == text_is_clean((char *)data, size));
	must(text_escape(buf_text(&once), once.len, &twice));
	must(fuzz_same(&once, &twice));
	buf_free(&twice);
	buf_free(&once);
	buf_free(&input);
}

/* RFC 4514's escapes undone: no longer than before, the same where there are
 * none. */
static void
check_unescape(const char *text)
{
	struct buf plain = { 0 };

	must(x509_unescape(text, &plain));
	must(plain.len <= strlen(text));
	must(strchr(text, '\\') != NULL || strcmp(text, buf_text(&plain)) == 0);
	buf_free(&plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	size_t len = strlen(text);

	check_escape(data, size);
	check_unescape(text);
	if (text_check_id(text)) {
		must(len > 0 && len <= 64 && text[0] != '-');
		must(text_is_clean(text, len));
		must(strpbrk(text, " /:;$`\\\"&|<>+#~") == NULL);
	}
	free(text);
	return 0;
}

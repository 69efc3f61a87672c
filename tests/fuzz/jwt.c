/* jwt: a token that is accepted is three parts on one line, whichever answer it
 * came in; one that is not stands in no message.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "jwt.h"

/* what is too short to be a secret is in many a message */
enum { SECRET = 12 };

static void
check_token(const struct buf *token)
{
	const char *text = buf_text(token);
	const char *first = strchr(text, '.');

	if (jwt_check(token, 1700000000)) {
		must(token->len == strlen(text));
		must(first != NULL && strchr(first + 1, '.') != NULL);
		must(strpbrk(text, " \t\r\n\"'\\$`=+/") == NULL);
		/* a clock that is behind refuses nothing more */
		must(jwt_check(token, 0));
	} else {
		must(fault_code() == EXIT_UNTRUSTED);
		must(strlen(text) < SECRET ||
		     strstr(fault_text(), text) == NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf input = fuzz_buf(data, size);
	struct buf token = { 0 };

	check_token(&input);
	if (jwt_from_json(&input, "server", &token))
		check_token(&token);
	buf_free(&token);
	if (jwt_from_smartrest(&input, "broker", &token)) {
		must(strpbrk(buf_text(&token), "\r\n") == NULL);
		check_token(&token);
	} else {
		must(fault_code() == EXIT_UNTRUSTED ||
		     fault_code() == EXIT_REFUSED);
	}
	buf_free(&token);
	buf_free(&input);
	return 0;
}

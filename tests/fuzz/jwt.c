/* jwt: a token that is accepted is three parts on one line, whichever answer it
 * came in; one that is not stands in no message.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "jwt/jwt.h"

/* what is too short to be a secret is in many a message */
enum { SECRET = 12, NOW = 1700000000 };

static void
check_token(const struct buf *token)
{
	const char *text = buf_text(token);
	const char *first = strchr(text, '.');

	struct buf claims = { 0 };

	if (jwt_check(token, NOW, &claims)) {
		must(token->len <= JWT_LIMIT);
		must(buf_add(&claims, "\n", 1) && fuzz_json_line(&claims));
		must(token->len == strlen(text));
		must(first != NULL && strchr(first + 1, '.') != NULL);
		must(strpbrk(text, " \t\r\n\"'\\$`=+/") == NULL);
		must(jwt_check(token, NOW, NULL));
	} else {
		must(claims.len == 0);
		must(fault_code() == EXIT_UNTRUSTED);
		must(strlen(text) < SECRET ||
		     strstr(fault_text(), text) == NULL);
	}
	buf_free(&claims);
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
	if (jwt_from_smartrest(input.data, input.len, "broker", &token)) {
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

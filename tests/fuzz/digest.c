/* digest: a login by Digest that is well-formed, written with all its values in
 * quotes, is read as the same; and it opens nothing by itself.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "sandbox/http/digest.h"

static void
print_part(const char *name, const struct buf *value, struct buf *out)
{
	must(buf_print(out, "%s%s=\"", out->len > 0 ? ", " : "", name));
	for (size_t i = 0; i < value->len; i++)
		must((strchr("\"\\", value->data[i]) == NULL ||
			 buf_add(out, "\\", 1)) &&
		     buf_add(out, &value->data[i], 1));
	must(buf_add(out, "\"", 1));
}

static void
reprint(const struct digest_login *login, struct buf *out)
{
	static const char *const names[] = { "username", "realm", "nonce",
		"uri", "response", "algorithm", "cnonce", "qop", "nc" };

	for (int i = 0; i < DIGEST_PARTS; i++)
		if (login->part[i].len > 0)
			print_part(names[i], &login->part[i], out);
}

static void
check(const struct digest_login *login)
{
	static const unsigned char secret[DIGEST_SECRET] = { 1, 2, 3 };
	const struct digest_rules rules = { .realm = "estrealm",
		.secret = secret,
		.now = 1796040000,
		.life = 300 };
	enum digest_verdict verdict;

	must(
	    digest_check(&rules, login, "POST", "/", "secret-of-it", &verdict));
	must(verdict == DIGEST_WRONG);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	struct digest_login once;
	struct digest_login again;
	struct buf printed = { 0 };

	if (digest_parse(text, &once)) {
		reprint(&once, &printed);
		must(digest_parse(buf_text(&printed), &again));
		for (int i = 0; i < DIGEST_PARTS; i++) {
			must(i == DIGEST_ALGORITHM || once.part[i].len > 0);
			must(fuzz_same(&once.part[i], &again.part[i]));
		}
		check(&once);
		digest_free(&again);
	} else {
		must(fault_code() == EXIT_DATA);
	}
	digest_free(&once);
	buf_free(&printed);
	free(text);
	return 0;
}

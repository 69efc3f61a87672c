/* value: what a key of the configuration may hold is clean text, and of its
 * type. The first byte chooses the key.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conf/value.h"
#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "span.h"
#include "text.h"

static void
check_type(const struct conf_key *key, const char *value)
{
	struct window window;
	int64_t seconds;

	if (key->type == CONF_ID)
		must(text_check_id(value));
	if (key->type == CONF_PATH || key->type == CONF_OWN)
		must(value[0] == '/');
	if (key->type == CONF_SPAN)
		must(span_parse(value, &seconds));
	if (key->type == CONF_WINDOW)
		must(window_parse(value, &window));
	if (key->type == CONF_PORT)
		must(atoi(value) > 0 && atoi(value) < 65536);
	if (key->type == CONF_TOKEN)
		must(strncmp(value, "pkcs11:", 7) == 0 &&
		     strstr(value, "pin-value=") == NULL);
	if (key->type == CONF_URL)
		must(strncmp(value, "https://", 8) == 0);
	if (key->type == CONF_HOST || key->type == CONF_URL ||
	    key->type == CONF_WORD)
		must(strpbrk(value, " \t") == NULL);
	if (key->type == CONF_HOST)
		must(strpbrk(value, "/@?#'\"$") == NULL && value[0] != '-');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct conf_key *key;
	char *value;

	if (size == 0)
		return 0;
	key = conf_key_at(data[0] % conf_count());
	value = fuzz_string(data + 1, size - 1);
	if (!value_check(key, value)) {
		must(fault_code() != EXIT_LOCAL);
	} else if (value[0] != '\0') {
		must(text_is_clean(value, strlen(value)));
		check_type(key, value);
	}
	free(value);
	return 0;
}

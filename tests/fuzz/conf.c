/* conf: a file is refused with the line, or each of its values is clean and can
 * be written into a file that says the same.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "conf/conf-file.h"
#include "conf/conf-line.h"
#include "exit.h"
#include "fault.h"
#include "fuzz.h"
#include "text.h"

/* The INDEXth key with VALUE, in a file of its own. */
static void
check_again(size_t index, const char *value)
{
	struct buf prefix = { 0 };
	struct buf lines = { 0 };
	struct conf *conf;

	must(buf_print(&prefix, "%s = ", conf_key_at(index)->name));
	if (!line_can_hold(value) ||
	    !line_fold(buf_text(&prefix), value, "\n", &lines)) {
		must(fault_code() == EXIT_CONF);
	} else {
		must(conf_parse(buf_text(&lines), lines.len, "again", &conf));
		must(strcmp(conf->items[index].value, value) == 0);
		conf_free(conf);
	}
	buf_free(&lines);
	buf_free(&prefix);
}

static void
check_values(const struct conf *conf)
{
	for (size_t i = 0; i < conf_count(); i++) {
		const char *value = conf->items[i].value;

		if (value == NULL)
			continue;
		must(conf->items[i].source == CONF_FILE);
		must(conf->items[i].line > 0 &&
		     (size_t)conf->items[i].line <= conf->lines);
		must(text_is_clean(value, strlen(value)));
		check_again(i, value);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = fuzz_buf(data, size);
	struct conf *conf;

	if (conf_parse(buf_text(&text), text.len, "input", &conf)) {
		if (conf_check(conf))
			check_values(conf);
		else
			must(fault_code() == EXIT_CONF);
		conf_free(conf);
	} else {
		must(fault_code() == EXIT_CONF);
		must(strncmp(fault_text(), "input", 5) == 0);
	}
	buf_free(&text);
	return 0;
}

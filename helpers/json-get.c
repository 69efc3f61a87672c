/* json-get: what is in JSON, as lines that a script can read.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "rest/rows.h"

enum { OPT_ROWS = CLI_LONG, OPT_TABLE, OPT_WHERE, OPT_WITHOUT, OPT_MERGE };

static const struct cli_option options[] = {
	{ OPT_ROWS, "rows", "ARRAY",
	    "a row for each item of it; can be given more than once" },
	{ OPT_WHERE, "where", "MEMBER=VALUE",
	    "only those that have one of these" },
	{ OPT_WITHOUT, "without", "PREFIX",
	    "left out where the first column begins with it" },
	{ OPT_MERGE, "merge", NULL,
	    "rows whose first columns are alike become one" },
	{ OPT_TABLE, "table", NULL, "an aligned table with titles" },
	{ 0 },
};

struct order {
	struct rows_form form;
	char **arrays;
	size_t count;
	bool merge;
};

static void
add_or_die(char ***list, size_t *count)
{
	char **more = reallocarray(*list, *count + 1, sizeof *more);

	if (more == NULL)
		msg_die(EXIT_LOCAL, "out of memory");
	/* it is one of argv, which is not const */
	more[(*count)++] = (char *)cli_value();
	*list = more;
}

static void
take(struct order *order, int opt)
{
	struct rows_form *form = &order->form;

	if (opt == OPT_ROWS)
		add_or_die(&order->arrays, &order->count);
	else if (opt == OPT_WHERE && !rows_is_where(cli_value()))
		cli_usage("--where: %s: not MEMBER=VALUE", cli_value());
	else if (opt == OPT_WHERE)
		add_or_die(&form->where, &form->wheres);
	else if (opt == OPT_WITHOUT)
		form->without = cli_value();
	else if (opt == OPT_MERGE)
		order->merge = true;
	else if (opt == OPT_TABLE)
		form->table = true;
}

/* The arrays that are asked for, as JSON: a row by itself. */
static bool
collect_json(
    const struct order *order, json_t *json, struct rows *rows, bool *there)
{
	json_t *kept = json_object();
	bool array;
	bool ok = kept != NULL || fault_memory();

	for (size_t i = 0; ok && i < order->count; i++) {
		ok = rows_keep(
		    &order->form, json, order->arrays[i], kept, &array);
		*there = *there || array;
	}
	if (ok)
		ok = rows_add(&(struct rows_form){ 0 }, kept, rows);
	json_decref(kept);
	return ok;
}

/* Collects what is asked for; THERE is whether any of it is there. */
static bool
collect(const struct order *order, json_t *json, struct rows *rows, bool *there)
{
	bool array;

	*there = false;
	if (order->count > 0 && order->form.width == 0)
		return collect_json(order, json, rows, there);
	for (size_t i = 0; i < order->count; i++) {
		if (!rows_add_all(
			&order->form, json, order->arrays[i], rows, &array))
			return false;
		*there = *there || array;
	}
	if (order->count > 0)
		return true;
	if (!rows_add(&order->form, json, rows))
		return false;
	*there = rows->found > 0;
	return true;
}

/* All of standard input as JSON, of any kind; NULL: a fault. */
static json_t *
read_json(void)
{
	struct buf text = { 0 };
	json_error_t why;
	json_t *json = NULL;

	if (!file_read("-", &text))
		return NULL;
	json = json_loadb(buf_text(&text), text.len, JSON_DECODE_ANY, &why);
	if (json == NULL)
		fault(EXIT_DATA, "%s: not JSON: %s", file_name("-"), why.text);
	buf_free(&text);
	return json;
}

int
main(int argc, char **argv)
{
	struct order order = { 0 };
	struct rows rows = { 0 };
	struct buf out = { 0 };
	json_t *json;
	bool there;
	int opt;

	cli_start("json-get", "[[TITLE=]MEMBER]...",
	    "Print members of the JSON on standard input, with a tab between.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take(&order, opt);
	if ((order.form.table || order.merge) && cli_left(argc) == 0)
		cli_usage(
		    "--%s: of which members?", order.merge ? "merge" : "table");
	order.form.width = (size_t)cli_left(argc);
	order.form.columns = argv + argc - order.form.width;
	json = read_json();
	if (json == NULL || !collect(&order, json, &rows, &there) ||
	    (order.merge && !rows_merge(&order.form, &rows)) ||
	    !rows_print(&order.form, &rows, &out))
		msg_die_fault();
	json_decref(json);
	rows_free(&rows);
	free(order.arrays);
	free(order.form.where);
	if (there && !file_print(buf_text(&out), out.len))
		msg_die_fault();
	buf_free(&out);
	return there ? EXIT_YES : EXIT_NO;
}

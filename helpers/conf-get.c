/* conf-get: the effective configuration, as data; and a change of its file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "buf.h"
#include "cli.h"
#include "conf/conf-edit.h"
#include "conf/conf.h"
#include "conf/profiles.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "json.h"
#include "msg.h"
#include "span.h"

enum {
	OPT_DIR = CLI_LONG,
	OPT_PROFILE,
	OPT_LIST,
	OPT_SHELL,
	OPT_JSON,
	OPT_DOC,
	OPT_ORIGIN,
	OPT_PROFILES,
	OPT_CHECK,
	OPT_SET,
	OPT_UNSET
};

static const struct cli_option options[] = {
	{ OPT_DIR, "config-dir", "DIR",
	    "where certcycle.conf is: " SYSCONFDIR "/certcycle" },
	{ OPT_PROFILE, "profile", "NAME", "whose conf.d/NAME.conf is there" },
	{ 'o', "option", "KEY=VALUE", "as if that stood in it" },
	{ OPT_LIST, "list", NULL, "all keys, as KEY=VALUE" },
	{ OPT_SHELL, "shell", NULL, "all keys, as assignments for a shell" },
	{ OPT_JSON, "json", NULL, "all keys, or that of KEY, as JSON" },
	{ OPT_DOC, "doc", NULL, "with --list or KEY: what it is for" },
	{ OPT_ORIGIN, "origin", NULL, "with --list or KEY: where it is set" },
	{ OPT_PROFILES, "profiles", NULL, "the names of all profiles" },
	{ OPT_CHECK, "check", NULL, "are all profiles as they should be?" },
	{ OPT_SET, "set", "KEY=VALUE", "write that into the file" },
	{ OPT_UNSET, "unset", "KEY", "comment that out in the file" },
	{ 0 },
};

/* What is asked for. */
struct order {
	const char *dir;
	const char *profile;
	char **settings;
	size_t setting_count;
	char **changes;
	size_t change_count;
	bool list;
	int all; /* OPT_PROFILES, OPT_CHECK, or 0 */
	int form; /* an option that says what to print, 0: the value */
	const char *key; /* NULL: all */
};

/* VALUE in single quotes, whatever is in it. */
static bool
print_quoted(struct buf *out, const char *value)
{
	bool ok = buf_add(out, "'", 1);

	for (; ok && *value != '\0'; value++)
		ok = *value == '\'' ? buf_add(out, "'\\''", 4)
				    : buf_add(out, value, 1);
	return ok && buf_add(out, "'\n", 2);
}

/* NAME with '_' for its dots, and a length of time in seconds: sh can count,
 * but not read "1h 30m". */
static bool
print_assignment(struct buf *out, const struct conf_key *key, const char *value)
{
	size_t start = out->len;
	int64_t seconds;

	if (!buf_print(out, "%s=", key->name))
		return false;
	for (size_t i = start; i < out->len; i++)
		if (out->data[i] == '.')
			out->data[i] = '_';
	if (key->type == CONF_SPAN && value[0] != '\0')
		return span_parse(value, &seconds) &&
		       buf_print(out, "%lld\n", (long long)seconds);
	return print_quoted(out, value);
}

/* KEY, kind, default, and what it is for, apart by tabs. */
static bool
print_doc(struct buf *out, const struct conf_key *key)
{
	if (!buf_print(out, "%s\t%s\t", key->name, conf_kind(key->type)))
		return false;
	if (key->from != NULL)
		return buf_print(
		    out, "%s, port %d\t%s\n", key->from, key->port, key->about);
	return buf_print(out, "%s\t%s\n", key->fallback, key->about);
}

/* The INDEXth key in one line, or what is asked of it; CONF is NULL for
 * --doc. In a list its name stands before its value. */
static bool
print_key(struct buf *out, const struct order *order, const struct conf *conf,
    size_t index)
{
	const struct conf_key *key = conf_key_at(index);
	const char *value;

	if (order->form == OPT_DOC)
		return print_doc(out, key);
	value = conf_value(conf, index);
	switch (order->form) {
	case OPT_SHELL:
		return print_assignment(out, key, value);
	case OPT_ORIGIN:
		if (order->list && !buf_print(out, "%s=%s\t", key->name, value))
			return false;
		return conf_origin(conf, index, out) && buf_add(out, "\n", 1);
	default:
		return buf_print(out, "%s%s%s\n", order->list ? key->name : "",
		    order->list ? "=" : "", value);
	}
}

/* A string; of a length of time the seconds, null where it is empty. */
static json_t *
json_value(const struct conf *conf, size_t index)
{
	const char *value = conf_value(conf, index);
	int64_t seconds;

	if (conf_key_at(index)->type != CONF_SPAN)
		return json_string(value);
	if (value[0] == '\0' || !span_parse(value, &seconds))
		return json_null();
	return json_integer(seconds);
}

static bool
print_json(struct buf *out, const struct conf *conf, const char *name)
{
	json_t *json = NULL;
	size_t index;
	bool ok;

	if (name != NULL && !conf_find(name, &index))
		return false;
	json = name != NULL ? json_value(conf, index) : json_object();
	ok = json != NULL;
	for (size_t i = 0; ok && name == NULL && i < conf_count(); i++)
		ok = json_object_set_new(
			 json, conf_key_at(i)->name, json_value(conf, i)) == 0;
	ok = ok ? json_print(json, JSON_ENCODE_ANY | JSON_INDENT(2), out) &&
		      buf_add(out, "\n", 1)
		: fault_memory();
	json_decref(json);
	return ok;
}

static bool
print_answer(
    struct buf *out, const struct order *order, const struct conf *conf)
{
	size_t index;

	if (order->form == OPT_JSON)
		return print_json(out, conf, order->key);
	if (order->key != NULL)
		return conf_find(order->key, &index) &&
		       print_key(out, order, conf, index);
	for (size_t i = 0; i < conf_count(); i++)
		if (!print_key(out, order, conf, i))
			return false;
	return true;
}

static char *
assignment_or_die(void)
{
	if (strchr(cli_value(), '=') == NULL)
		cli_usage("%s: not KEY=VALUE",
		    cli_value()[0] != '\0' ? cli_value() : "''");
	return (char *)cli_value();
}

static void
take_option(struct order *order, int opt)
{
	switch (opt) {
	case OPT_DIR:
		order->dir = cli_value();
		if (order->dir[0] == '\0')
			cli_usage("--config-dir: empty");
		break;
	case OPT_PROFILE:
		order->profile = cli_value();
		if (order->profile[0] == '\0')
			cli_usage("--profile: empty");
		if (!conf_check_profile(order->profile))
			msg_die_fault();
		break;
	case OPT_PROFILES:
	case OPT_CHECK:
		if (order->all != 0 && order->all != opt)
			cli_usage("--profiles or --check, not both");
		order->all = opt;
		break;
	case 'o':
		order->settings[order->setting_count++] = assignment_or_die();
		break;
	case OPT_LIST:
		order->list = true;
		break;
	case OPT_SET:
		order->changes[order->change_count++] = assignment_or_die();
		break;
	case OPT_UNSET:
		if (strchr(cli_value(), '=') != NULL)
			cli_usage("%s: --unset takes a KEY alone", cli_value());
		order->changes[order->change_count++] = (char *)cli_value();
		break;
	default:
		if (order->form != 0 && order->form != opt)
			cli_usage("of --shell, --json, --doc and --origin, "
				  "one at a time");
		order->form = opt;
	}
}

/* Do the options go together? Takes the operand. */
static void
settle_or_die(struct order *order, int argc, char **argv)
{
	bool all = order->list || order->form == OPT_SHELL ||
		   (order->form == OPT_JSON && cli_left(argc) == 0);

	if (order->all != 0 && (order->change_count > 0 || order->list ||
				   order->form != 0 || order->profile != NULL))
		cli_usage("--profiles and --check stand alone");
	if (order->list && order->form == OPT_SHELL)
		cli_usage("--shell or --list, not both");
	if (order->change_count > 0 &&
	    (order->setting_count > 0 || order->list || order->form != 0))
		cli_usage("--set and --unset stand alone");
	if (order->change_count == 0 && order->all == 0 && !all)
		order->key = cli_operand(argc, argv);
	cli_no_more(argc, argv);
}

static void
answer_or_die(const struct order *order)
{
	struct conf *conf = NULL;
	struct buf out = { 0 };

	/* what a key is for is known where the file is broken, too */
	if ((order->form != OPT_DOC &&
		!conf_load(order->dir, order->profile, order->settings,
		    order->setting_count, &conf)) ||
	    !print_answer(&out, order, conf) || !file_print(out.data, out.len))
		msg_die_fault();
	buf_free(&out);
	conf_free(conf);
}

/* Loads the INDEXth profile, and adds its files to OWN. Tells what is wrong. */
static int
check_profile(const struct conf_base *base, const struct conf_names *names,
    size_t index, struct conf_own *own)
{
	struct conf *conf = NULL;
	int code = EXIT_YES;

	if (!conf_profile(base, names->item[index], &conf) ||
	    !conf_own_add(own, index, conf)) {
		msg_warn("%s", fault_text());
		code = fault_code();
	}
	conf_free(conf);
	return code;
}

/* The exit code of the first fault of all profiles; each is told. */
static int
check_or_die(const struct conf_base *base, const struct conf_names *names)
{
	struct conf_own own = { 0 };
	char **why = calloc(names->count, sizeof *why);
	int first = EXIT_YES;

	if (names->wrong != NULL) {
		msg_warn("%s", names->wrong);
		first = EXIT_CONF;
	}
	for (size_t i = 0; i < names->count; i++) {
		int code = check_profile(base, names, i, &own);

		first = first != EXIT_YES ? first : code;
	}
	if (why == NULL)
		msg_die(EXIT_LOCAL, "out of memory");
	if (!conf_own_check(&own, names, why))
		msg_die_fault();
	for (size_t i = 0; i < names->count; i++) {
		if (why[i] == NULL)
			continue;
		msg_warn("%s", why[i]);
		first = first != EXIT_YES ? first : EXIT_CONF;
		free(why[i]);
	}
	free(why);
	conf_own_free(&own);
	return first;
}

static void
print_names_or_die(const struct conf_names *names)
{
	struct buf out = { 0 };

	if (names->wrong != NULL)
		msg_die(EXIT_CONF, "%s", names->wrong);
	for (size_t i = 0; i < names->count; i++)
		if (!buf_print(&out, "%s\n", names->item[i]))
			msg_die_fault();
	if (!file_print(out.data, out.len))
		msg_die_fault();
	buf_free(&out);
}

/* --profiles and --check. */
static int
survey_or_die(const struct order *order)
{
	struct conf_names names;
	struct conf_base *base;
	int code = EXIT_YES;

	if (!conf_open(
		order->dir, order->settings, order->setting_count, &base) ||
	    !conf_profiles(base, &names))
		msg_die_fault();
	if (order->all == OPT_PROFILES)
		print_names_or_die(&names);
	else
		code = check_or_die(base, &names);
	conf_names_free(&names);
	conf_close(base);
	return code;
}

int
main(int argc, char **argv)
{
	struct order order = { .dir = getenv("CERTCYCLE_CONFIG_DIR") };
	int code = EXIT_YES;
	int opt;

	cli_start("conf-get",
	    "{KEY | --list | --shell | --json | --profiles | --check | "
	    "--set KEY=VALUE}",
	    "Print the configuration as it is in effect, or change its file.",
	    options);
	order.settings = calloc((size_t)argc, sizeof *order.settings);
	order.changes = calloc((size_t)argc, sizeof *order.changes);
	if (order.settings == NULL || order.changes == NULL)
		msg_die(EXIT_LOCAL, "out of memory");
	if (order.dir == NULL || order.dir[0] == '\0')
		order.dir = SYSCONFDIR "/certcycle";
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take_option(&order, opt);
	settle_or_die(&order, argc, argv);
	if (order.all != 0)
		code = survey_or_die(&order);
	else if (order.change_count == 0)
		answer_or_die(&order);
	else if (!conf_edit(order.dir, conf_profile_name(order.profile),
		     order.changes, order.change_count))
		msg_die_fault();
	free(order.settings);
	free(order.changes);
	return code;
}

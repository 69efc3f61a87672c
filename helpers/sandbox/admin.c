/* sandbox-admin: what a person does in the tenant's user interface, and what
 * its makers would rather not: register devices, order faults.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "exit.h"
#include "file.h"
#include "msg.h"
#include "sandbox/admin/order.h"
#include "x509.h"

enum {
	OPT_FOLLOW = 'f',
	OPT_DIR = CLI_LONG,
	OPT_PASSWORD,
	OPT_COUNT,
	OPT_DEVICE,
	OPT_SECONDS,
	OPT_LIST,
	OPT_LINES,
	OPT_JSON,
	OPT_ROLE,
	OPT_REMOVE,
	OPT_ALL
};

static const struct cli_option options[] = {
	{ OPT_DIR, "dir", "DIR", "the tenant's files" },
	{ OPT_PASSWORD, "password-file", "FILE",
	    "register, user: its first line is the password" },
	{ OPT_COUNT, "count", "N",
	    "fault: so many requests have it: 1; 0: none any more" },
	{ OPT_DEVICE, "device", "ID", "fault, log: this one alone" },
	{ OPT_SECONDS, "seconds", "SPAN", "fault: how long" },
	{ OPT_LIST, "list", NULL, "fault: print all kinds" },
	{ OPT_FOLLOW, "follow", NULL, "log: go on with what comes" },
	{ OPT_LINES, "lines", "N", "log: only so many, the last" },
	{ OPT_JSON, "json", NULL, "log: a JSON object on each line" },
	{ OPT_ROLE, "role", "ROLE", "user: has it; once for each" },
	{ OPT_REMOVE, "remove", NULL, "user: is one no longer" },
	{ OPT_ALL, "all", NULL, "approve, deny: all that wait" },
	{ 0 },
};

enum need {
	NEED_NOTHING,
	NEED_DIR,
	NEED_STORE /* with all that init made */
};

enum { OPTIONS = 5, ANY = 1 << 16 };

static const struct command {
	const char *name;
	int least; /* operands */
	int most;
	enum need need;
	bool (*run)(struct order *order);
	int takes[OPTIONS]; /* options, beside --dir */
} commands[] = {
	{ "init", 0, 0, NEED_DIR, run_init, { 0 } },
	{ "register", 1, 2, NEED_STORE, run_register, { OPT_PASSWORD } },
	{ "remove", 1, 1, NEED_STORE, run_remove, { 0 } },
	{ "devices", 0, 0, NEED_STORE, run_devices, { 0 } },
	{ "fault", 0, 2, NEED_STORE, run_fault,
	    { OPT_COUNT, OPT_DEVICE, OPT_SECONDS, OPT_LIST } },
	{ "faults", 0, 0, NEED_STORE, run_faults, { 0 } },
	{ "log", 0, 0, NEED_STORE, run_log,
	    { OPT_FOLLOW, OPT_DEVICE, OPT_LINES, OPT_JSON } },
	{ "set", 1, ANY, NEED_STORE, run_set, { 0 } },
	{ "settings", 0, 0, NEED_STORE, run_settings, { 0 } },
	{ "user", 1, 1, NEED_STORE, run_user,
	    { OPT_PASSWORD, OPT_ROLE, OPT_REMOVE } },
	{ "pending", 0, 0, NEED_STORE, run_pending, { 0 } },
	{ "approve", 0, 1, NEED_STORE, run_approve, { OPT_ALL } },
	{ "deny", 0, 1, NEED_STORE, run_deny, { OPT_ALL } },
	{ "users", 0, 0, NEED_STORE, run_users, { 0 } },
	{ "free-port", 0, 1, NEED_NOTHING, run_free_port, { 0 } },
};

const char *
order_operand(const struct order *order, int at)
{
	return at < order->count ? order->operands[at] : NULL;
}

static const struct command *
find_command_or_die(const char *name)
{
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	cli_usage("%s: no such command", name);
}

static int64_t
number_or_die(void)
{
	char *end;
	long long number;

	errno = 0;
	number = strtoll(cli_value(), &end, 10);
	if (end == cli_value() || *end != '\0' || errno != 0 || number < 0 ||
	    number > INT32_MAX)
		cli_usage("%s: not a number from 0 up", cli_value());
	return number;
}

static void
add_role_or_die(struct buf *roles)
{
	if (!buf_print(roles, "%s%s", roles->len > 0 ? " " : "", cli_value()))
		msg_die_fault();
}

static const struct cli_place places[] = {
	{ OPT_DIR, CLI_TEXT, offsetof(struct order, dir) },
	{ OPT_PASSWORD, CLI_TEXT, offsetof(struct order, password_file) },
	{ OPT_DEVICE, CLI_TEXT, offsetof(struct order, device) },
	{ OPT_SECONDS, CLI_SPAN, offsetof(struct order, seconds) },
	{ OPT_LIST, CLI_FLAG, offsetof(struct order, list) },
	{ OPT_FOLLOW, CLI_FLAG, offsetof(struct order, follow) },
	{ OPT_JSON, CLI_FLAG, offsetof(struct order, json) },
	{ OPT_REMOVE, CLI_FLAG, offsetof(struct order, remove) },
	{ OPT_ALL, CLI_FLAG, offsetof(struct order, all) },
	{ 0 },
};

static const char *
option_name(int opt)
{
	const struct cli_option *option = options;

	while (option->letter != opt)
		option++;
	return option->name;
}

/* Options may stand before, between and behind the operands, COMMAND's own once
 * that is known. */
static void
take_options_or_die(
    const struct command *command, struct order *order, int argc, char **argv)
{
	int opt;

	while ((opt = cli_next(argc, argv)) != CLI_END) {
		bool known = opt == OPT_DIR || command == NULL;

		for (int i = 0; !known && i < OPTIONS; i++)
			known = command->takes[i] == opt;
		if (!known)
			cli_usage("%s: takes no --%s", command->name,
			    option_name(opt));
		if (opt == OPT_ROLE)
			add_role_or_die(&order->roles);
		else if (opt == OPT_COUNT)
			order->times = number_or_die();
		else if (opt == OPT_LINES)
			order->lines = number_or_die();
		else
			cli_put_or_die(places, order, opt);
	}
}

static bool
run(const struct command *command, struct order *order)
{
	bool ok;

	ok = x509_start() &&
	     (command->need != NEED_STORE ||
		 store_open(order->dir, &order->store)) &&
	     command->run(order) &&
	     (order->out.len == 0 ||
		 file_print(order->out.data, order->out.len));
	store_close(&order->store);
	buf_free(&order->out);
	buf_free(&order->roles);
	return ok;
}

int
main(int argc, char **argv)
{
	struct order order = { .times = -1, .seconds = -1, .lines = -1 };
	const struct command *command;
	bool no_more_options;

	cli_start("sandbox-admin", "--dir DIR COMMAND [OPERAND]...",
	    "Commands: init, register ID, remove ID, devices,\n"
	    "fault KIND [COUNT], faults, log, set NAME=VALUE..., settings,\n"
	    "user NAME, users, pending, approve ID, deny ID, free-port.",
	    options);
	take_options_or_die(NULL, &order, argc, argv);
	command = find_command_or_die(cli_operand(argc, argv));
	take_options_or_die(command, &order, argc, argv);
	/* the operands move together at the begin of argv */
	order.operands = argv;
	no_more_options = cli_closed(argv);
	while (cli_left(argc) > 0) {
		argv[order.count++] = cli_operand(argc, argv);
		if (!no_more_options)
			take_options_or_die(command, &order, argc, argv);
		no_more_options = no_more_options || cli_closed(argv);
	}
	if (order.count < command->least)
		cli_usage("%s: an operand is missing", command->name);
	if (order.count > command->most)
		cli_usage("%s: one operand too many", command->name);
	if (order.dir == NULL && command->need != NEED_NOTHING)
		cli_usage("--dir is missing");
	if (!run(command, &order))
		msg_die_fault();
	return EXIT_YES;
}

/* hook-run: run one event's hooks, or one issuer.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "hook/child.h"
#include "hook/hooks.h"
#include "msg.h"

enum { OPT_LIST = CLI_LONG, OPT_ISSUER, OPT_ENV };

static const struct cli_option options[] = {
	{ 'd', "dir", "DIR", "hooks are in DIR/EVENT.d; the last one wins" },
	{ 't', "timeout", "SPAN", "for each hook: 60s; 0: no limit" },
	{ OPT_ISSUER, "issuer", "NAME",
	    "run this issuer instead, from DIR/issuer or an absolute path" },
	{ OPT_LIST, "list", NULL, "print what would run, and why" },
	{ OPT_ENV, "env", NULL, "print the environment it would run in" },
	{ 0 },
};

/* What every hook finds in its environment, set and empty where it does not
 * apply; certcycle-hooks(7) says what each holds. */
static const char *const documented[] = {
	"CERTCYCLE_API",
	"CERTCYCLE_EVENT",
	"CERTCYCLE_PROFILE",
	"CERTCYCLE_CONFIG_DIR",
	"CERTCYCLE_STATE_DIR",
	"CERTCYCLE_DEVICE_ID",
	"CERTCYCLE_CERT",
	"CERTCYCLE_KEY",
	"CERTCYCLE_CANDIDATE",
	"CERTCYCLE_CANDIDATE_KEY",
	"CERTCYCLE_PASSPHRASE_FILE",
	"CERTCYCLE_FORMER",
	"CERTCYCLE_CA",
	"CERTCYCLE_ISSUER_CA",
	"CERTCYCLE_CACERTS",
	"CERTCYCLE_URL",
	"CERTCYCLE_URL_CA",
	"CERTCYCLE_MTLS",
	"CERTCYCLE_MQTT",
	"CERTCYCLE_BROKER",
	"CERTCYCLE_TOPIC_PREFIX",
	"CERTCYCLE_TOKEN_VIA",
	"CERTCYCLE_VERIFY_VIA",
	"CERTCYCLE_PASSWORD_FILE",
	"CERTCYCLE_EST_LABEL",
	"CERTCYCLE_EST_USER",
	"CERTCYCLE_EST_PASSWORD_FILE",
	"CERTCYCLE_EST_DIGEST",
	"CERTCYCLE_BOOTSTRAP_CERT",
	"CERTCYCLE_BOOTSTRAP_KEY",
	"CERTCYCLE_LOCAL_CA_CERT",
	"CERTCYCLE_LOCAL_CA_KEY",
	"CERTCYCLE_DURATION",
	"CERTCYCLE_SERVICES",
	"CERTCYCLE_SYSLOG",
	"CERTCYCLE_CHANGED",
	"CERTCYCLE_REASON",
	"CERTCYCLE_OUTCOME",
};

/* Handed on where they are set: without them nothing is found, or nothing is
 * reached. */
static const char *const handed_on[] = {
	"PATH",
	"HOME",
	"TZ",
	"SOFTHSM2_CONF",
	"TPM2_PKCS11_STORE",
	"TPM2_PKCS11_TCTI",
	"https_proxy",
	"HTTPS_PROXY",
	"all_proxy",
	"ALL_PROXY",
	"no_proxy",
	"NO_PROXY",
};

enum {
	DOCUMENTED = sizeof documented / sizeof documented[0],
	HANDED_ON = sizeof handed_on / sizeof handed_on[0],
};

struct order {
	char **dirs;
	size_t dir_count;
	const char *issuer;
	const char *event;
	int64_t seconds;
	int print; /* OPT_LIST or OPT_ENV: nothing runs */
};

static char *
variable_or_die(const char *name, const char *value)
{
	struct buf text = { 0 };

	if (!buf_print(&text, "%s=%s", name, value))
		msg_die_fault();
	return (char *)text.data; /* freed with the environment */
}

/* What a documented variable holds: two of them are for hook-run to say. */
static const char *
value_of(const char *name, const char *event)
{
	const char *value = getenv(name);

	if (strcmp(name, "CERTCYCLE_API") == 0)
		return "1";
	if (strcmp(name, "CERTCYCLE_EVENT") == 0)
		return event;
	return value != NULL ? value : "";
}

/* The environment of a hook, from nothing. */
static char **
environment_or_die(const char *event)
{
	char **list = calloc(DOCUMENTED + HANDED_ON + 2, sizeof *list);
	size_t count = 0;

	if (list == NULL)
		msg_die(EXIT_LOCAL, "out of memory");
	list[count++] = variable_or_die("LC_ALL", "C");
	for (size_t i = 0; i < DOCUMENTED; i++) {
		const char *value = value_of(documented[i], event);

		list[count++] = variable_or_die(documented[i], value);
	}
	for (size_t i = 0; i < HANDED_ON; i++)
		if (getenv(handed_on[i]) != NULL)
			list[count++] =
			    variable_or_die(handed_on[i], getenv(handed_on[i]));
	return list;
}

static void
free_environment(char **list)
{
	for (size_t i = 0; list[i] != NULL; i++)
		free(list[i]);
	free(list);
}

/* Foreign codes must not pass for one of ours. An issuer speaks for the server
 * and may say all that est-post says. */
static int
map_code(int code, bool issuer)
{
	switch (code) {
	case EXIT_YES:
	case EXIT_NONET:
	case EXIT_LATER:
	case EXIT_UNTRUSTED:
	case EXIT_REFUSED:
		return code;
	case EXIT_DATA:
	case EXIT_LOCAL:
	case EXIT_CONF:
	case EXIT_CLOCK:
		return issuer ? code : EXIT_HOOK;
	default:
		return EXIT_HOOK;
	}
}

/* Nothing runs while one of the hooks may not: a chain with a hole in it would
 * look whole. */
static void
refuse_or_go_on(const struct hook_list *hooks)
{
	for (size_t i = 0; i < hooks->count; i++)
		if (hooks->item[i].state == HOOK_REFUSED)
			msg_die(EXIT_HOOK, "%s: refused: %s",
			    hooks->item[i].path, hooks->item[i].why);
}

/* A certificate must come from someone: a masked issuer is none. */
static void
need_issuer(const struct hook *issuer)
{
	if (issuer->state == HOOK_MASKED)
		msg_die(EXIT_CONF, "issuer %s: %s", issuer->path, issuer->why);
}

/* Runs each; the first failure stops the chain and is returned. */
static int
run_all(const struct order *order, const struct hook_list *hooks)
{
	char **environment = environment_or_die(order->event);
	int code = EXIT_YES;

	for (size_t i = 0; code == EXIT_YES && i < hooks->count; i++) {
		const struct hook *hook = &hooks->item[i];
		char *argv[] = { hook->path, (char *)order->event, NULL };
		int ended = 0;

		if (hook->state != HOOK_RUNS)
			continue;
		msg_trace("%s: begins", hook->path);
		if (!child_run(hook->path, argv, environment,
			order->issuer != NULL, order->seconds, &ended)) {
			msg_warn("%s", fault_text());
			code = fault_code();
			continue;
		}
		code = map_code(ended, order->issuer != NULL);
		if (code != ended)
			msg_warn("%s: exit code %d", hook->path, ended);
		else if (code != EXIT_YES)
			msg_trace("%s: exit code %d", hook->path, ended);
	}
	free_environment(environment);
	return code;
}

/* "NAME STATE PATH WHY", apart by tabs; for people and for cut -f. */
static void
print_list(const struct hook_list *hooks)
{
	static const char *const states[] = {
		[HOOK_RUNS] = "runs",
		[HOOK_MASKED] = "masked",
		[HOOK_IGNORED] = "ignored",
		[HOOK_REFUSED] = "refused",
	};
	struct buf out = { 0 };

	for (size_t i = 0; i < hooks->count; i++) {
		const struct hook *hook = &hooks->item[i];
		const char *why = hook->why != NULL ? hook->why : "";
		bool both = hook->why != NULL && hook->instead_of != NULL;

		if (!buf_print(&out, "%s\t%s\t%s\t%s%s%s%s\n", hook->name,
			states[hook->state], hook->path, why, both ? "; " : "",
			hook->instead_of != NULL ? "in the place of " : "",
			hook->instead_of != NULL ? hook->instead_of : ""))
			msg_die_fault();
	}
	if (!file_print(buf_text(&out), out.len))
		msg_die_fault();
	buf_free(&out);
}

/* "NAME=VALUE" lines. */
static void
print_environment(const char *event)
{
	char **environment = environment_or_die(event);
	struct buf out = { 0 };

	for (size_t i = 0; environment[i] != NULL; i++)
		if (!buf_print(&out, "%s\n", environment[i]))
			msg_die_fault();
	if (!file_print(buf_text(&out), out.len))
		msg_die_fault();
	buf_free(&out);
	free_environment(environment);
}

static void
find_or_die(const struct order *order, struct hook_list *hooks)
{
	if (order->issuer != NULL ? hooks_find_issuer(order->dirs,
					order->dir_count, order->issuer, hooks)
				  : hooks_find(order->dirs, order->dir_count,
					order->event, hooks))
		return;
	if (fault_code() == EXIT_USAGE)
		cli_usage("%s", fault_text());
	msg_die_fault();
}

int
main(int argc, char **argv)
{
	struct order order = { .seconds = 60 };
	struct hook_list hooks = { 0 };
	int code = EXIT_YES;
	int opt;

	cli_start("hook-run", "{EVENT | --issuer=NAME [WORD]}",
	    "Run the hooks of an event, in order, until one fails.", options);
	order.dirs = calloc((size_t)argc, sizeof *order.dirs);
	if (order.dirs == NULL)
		msg_die(EXIT_LOCAL, "out of memory");
	while ((opt = cli_next(argc, argv)) != CLI_END) {
		if (opt == 'd' && cli_value()[0] == '\0')
			cli_usage("--dir: empty");
		else if (opt == 'd')
			order.dirs[order.dir_count++] = (char *)cli_value();
		else if (opt == 't')
			order.seconds = cli_span_or_die();
		else if (opt == OPT_ISSUER)
			order.issuer = cli_value();
		else if (order.print != 0 && order.print != opt)
			cli_usage("--list or --env, not both");
		else
			order.print = opt;
	}
	order.event = order.issuer == NULL
			  ? cli_operand(argc, argv)
			  : cli_last_operand(argc, argv, "issue");
	cli_no_more(argc, argv);
	find_or_die(&order, &hooks);
	if (order.print == OPT_LIST) {
		print_list(&hooks);
	} else if (order.print == OPT_ENV) {
		print_environment(order.event);
	} else {
		refuse_or_go_on(&hooks);
		if (order.issuer != NULL)
			need_issuer(&hooks.item[0]);
		if (!child_start())
			msg_die_fault();
		code = run_all(&order, &hooks);
	}
	hooks_free(&hooks);
	free(order.dirs);
	return code;
}

/* conf-get: the effective configuration, as data.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cli.h"
#include "conf.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "span.h"

enum { OPT_DIR = CLI_LONG, OPT_SHELL, OPT_LIST };

static const struct cli_option options[] = {
	{ OPT_DIR, "config-dir", "DIR",
	    "where certcycle.conf is: " SYSCONFDIR "/certcycle" },
	{ 'o', "option", "KEY=VALUE", "as if that stood in it" },
	{ OPT_SHELL, "shell", NULL, "all keys, as assignments for a shell" },
	{ OPT_LIST, "list", NULL, "all keys, as KEY=VALUE" },
	{ 0 },
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

static bool
print_all(struct buf *out, const struct conf *conf, bool shell)
{
	size_t count;
	const struct conf_key *keys = conf_keys(&count);

	for (size_t i = 0; i < count; i++) {
		const char *value = conf_value(conf, i);

		if (!(shell ? print_assignment(out, &keys[i], value)
			    : buf_print(out, "%s=%s\n", keys[i].name, value)))
			return false;
	}
	return true;
}

static bool
print_one(struct buf *out, const struct conf *conf, const char *name)
{
	size_t index;

	return conf_find(name, &index) &&
	       buf_print(out, "%s\n", conf_value(conf, index));
}

int
main(int argc, char **argv)
{
	const char *dir = getenv("CERTCYCLE_CONFIG_DIR");
	char **settings = calloc((size_t)argc, sizeof *settings);
	size_t count = 0;
	bool shell = false;
	bool list = false;
	struct conf *conf = NULL;
	struct buf out = { 0 };
	int opt;

	cli_start("conf-get", "{KEY | --shell | --list}",
	    "Print the configuration as it is in effect.", options);
	if (settings == NULL)
		msg_die(EXIT_LOCAL, "out of memory");
	if (dir == NULL || dir[0] == '\0')
		dir = SYSCONFDIR "/certcycle";
	while ((opt = cli_next(argc, argv)) != CLI_END) {
		if (opt == OPT_DIR)
			dir = cli_value();
		else if (opt == 'o')
			settings[count++] = (char *)cli_value();
		shell |= opt == OPT_SHELL;
		list |= opt == OPT_LIST;
	}
	if (shell && list)
		cli_usage("--shell or --list, not both");
	if (!conf_load(dir, settings, count, &conf) ||
	    !(shell || list ? print_all(&out, conf, shell)
			    : print_one(&out, conf, cli_operand(argc, argv))))
		msg_die_fault();
	cli_no_more(argc, argv);
	if (!file_print(out.data, out.len))
		msg_die_fault();
	buf_free(&out);
	conf_free(conf);
	free(settings);
	return EXIT_YES;
}

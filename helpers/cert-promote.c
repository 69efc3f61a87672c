/* cert-promote: a candidate becomes the active certificate, whole or not at
 * all, with its key where that is new, too.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "file.h"
#include "key.h"
#include "msg.h"
#include "pkcs11.h"
#include "promote/former.h"
#include "promote/path.h"
#include "promote/promote.h"

enum {
	OPT_KEY = CLI_LONG,
	OPT_PASSPHRASE,
	OPT_ROLLBACK,
	OPT_RECOVER,
	OPT_KEEP,
	OPT_MARK,
	OPT_OWNER,
	OPT_GROUP,
	OPT_MODE
};

static const struct cli_option options[] = {
	{ OPT_KEY, "key", "KEY",
	    "only if NEW is for KEY; NEWKEY:KEY replaces the key, too" },
	{ OPT_PASSPHRASE, "passphrase-file", "FILE",
	    "the key's passphrase, or the PIN of its token" },
	{ OPT_ROLLBACK, "rollback", NULL, "ACTIVE.old becomes ACTIVE again" },
	{ OPT_RECOVER, "recover", NULL,
	    "finish or undo what was interrupted on the way to ACTIVE" },
	{ OPT_KEEP, "keep", "N", "keep N former ones" },
	{ OPT_MARK, "mark", "FILE", "make this file before any change" },
	{ OPT_OWNER, "owner", "USER", "give NEW to USER" },
	{ OPT_GROUP, "group", "GROUP", "give NEW to GROUP" },
	{ OPT_MODE, "mode", "MODE", "give NEW this mode, in octal" },
	{ 0 },
};

struct order {
	int verb; /* OPT_ROLLBACK or OPT_RECOVER; 0: promote */
	struct promotion want;
	char *new_key; /* that of WANT */
	const char *passphrase;
};

/* Reads TEXT as a number in BASE from 0 to MOST; -1: it is none. */
static long
number(const char *text, int base, long most)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, base);
	if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 ||
	    value > most)
		return -1;
	return value;
}

static long
user_or_die(const char *name)
{
	const struct passwd *entry = getpwnam(name);
	long uid =
	    entry != NULL ? (long)entry->pw_uid : number(name, 10, INT_MAX);

	if (uid < 0)
		cli_usage("--owner: %s: no such user", name);
	return uid;
}

static long
group_or_die(const char *name)
{
	const struct group *entry = getgrnam(name);
	long gid =
	    entry != NULL ? (long)entry->gr_gid : number(name, 10, INT_MAX);

	if (gid < 0)
		cli_usage("--group: %s: no such group", name);
	return gid;
}

static bool
is_stdin(const char *name)
{
	return name != NULL && strcmp(name, "-") == 0;
}

/* KEY or NEWKEY:KEY. A URI has colons of its own, and so may a file have that is
 * there by the whole name. */
static void
take_key(struct order *order, const char *text)
{
	const char *colon = strchr(text, ':');
	struct stat st;

	free(order->new_key);
	order->new_key = NULL;
	order->want.key.name = text;
	if (colon == NULL || pkcs11_is_uri(text) || lstat(text, &st) == 0)
		return;
	order->new_key = strndup(text, (size_t)(colon - text));
	if (order->new_key == NULL)
		msg_die(EXIT_LOCAL, "out of memory");
	order->want.key.name = colon + 1;
	if (colon == text || colon[1] == '\0' || pkcs11_is_uri(colon + 1) ||
	    is_stdin(order->new_key) || is_stdin(colon + 1))
		cli_usage("--key: %s: two files, NEWKEY:KEY", text);
}

static void
take(struct order *order, int opt)
{
	switch (opt) {
	case OPT_KEY:
		take_key(order, cli_value());
		break;
	case OPT_KEEP:
		order->want.keep = (int)number(cli_value(), 10, INT_MAX);
		if (order->want.keep < 0)
			cli_usage("--keep: %s: not a number", cli_value());
		break;
	case OPT_OWNER:
		order->want.uid = user_or_die(cli_value());
		break;
	case OPT_GROUP:
		order->want.gid = group_or_die(cli_value());
		break;
	case OPT_MODE:
		order->want.mode = number(cli_value(), 8, 0777);
		if (order->want.mode < 0)
			cli_usage("--mode: %s: not an octal mode up to 777",
			    cli_value());
		break;
	case OPT_MARK:
		order->want.mark = cli_value();
		break;
	case OPT_PASSPHRASE:
		order->passphrase = cli_value();
		break;
	default:
		if (order->verb != 0 && order->verb != opt)
			cli_usage("--rollback or --recover, not both");
		order->verb = opt;
	}
}

/* No option goes unheard. */
static void
check_options(const struct order *order)
{
	bool looks = order->want.uid >= 0 || order->want.gid >= 0 ||
		     order->want.mode >= 0;

	if (order->verb != 0 && (looks || order->new_key != NULL))
		cli_usage("--owner, --group, --mode and NEWKEY are for NEW");
	if (order->verb == OPT_ROLLBACK && order->want.keep != FORMER_AS_IS)
		cli_usage("--keep is not for --rollback");
	if (order->verb == OPT_RECOVER && order->want.key.name != NULL)
		cli_usage("--recover knows the key");
	if (order->verb == OPT_RECOVER && order->want.mark != NULL)
		cli_usage("--mark is not for --recover");
	if (order->passphrase != NULL && order->want.key.name == NULL)
		cli_usage("--passphrase-file is for --key");
	if (is_stdin(order->passphrase) && is_stdin(order->want.key.name))
		cli_usage("standard input cannot be both key and passphrase");
}

/* NEW, which is renamed and cannot come from a pipe. */
static const char *
new_or_die(int argc, char **argv)
{
	const char *new = cli_operand(argc, argv);

	if (is_stdin(new))
		cli_usage("NEW is renamed: it cannot be standard input");
	return new;
}

static bool
carry_out(const struct order *order)
{
	switch (order->verb) {
	case OPT_ROLLBACK:
		return promote_back(&order->want);
	case OPT_RECOVER:
		return promote_recover(order->want.active, order->want.keep);
	default:
		return promote(&order->want);
	}
}

int
main(int argc, char **argv)
{
	struct order order = {
		.want = { .keep = FORMER_AS_IS,
		    .uid = -1,
		    .gid = -1,
		    .mode = -1 },
	};
	struct buf passphrase = { 0 };
	char *active;
	bool done;
	int opt;

	cli_start("cert-promote", "NEW ACTIVE",
	    "Put the certificate NEW in the place of ACTIVE, which stays as "
	    "ACTIVE.old.\nWith --rollback or --recover there is no NEW.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take(&order, opt);
	check_options(&order);
	if (order.verb == 0)
		order.want.new = new_or_die(argc, argv);
	active = path_real(cli_operand(argc, argv));
	cli_no_more(argc, argv);
	if (active == NULL)
		msg_die(EXIT_LOCAL, "out of memory");
	order.want.active = active;
	order.want.new_key = order.new_key;
	if (order.passphrase != NULL &&
	    !file_read_secret(order.passphrase, &passphrase))
		msg_die_fault();
	if (passphrase.len > 0)
		order.want.key.passphrase = buf_text(&passphrase);
	done = carry_out(&order);
	buf_free(&passphrase);
	if (!done)
		msg_die_fault();
	free(active);
	free(order.new_key);
	return EXIT_YES;
}

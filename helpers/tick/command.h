/* command.h: the command line that the tick tools have in common. Like cli.h,
 * for a tool's own file: what is wrong ends the program.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_COMMAND_H
#define CERTCYCLE_COMMAND_H

#include <stdbool.h>
#include <time.h>

#include "cli.h"
#include "profile.h"

enum {
	COMMAND_DIR = CLI_LONG,
	COMMAND_PROFILE,
	COMMAND_ALL,
	COMMAND_AT,
	COMMAND_OPTIONS /* the first number that is free */
};

/* The options of a tool for one profile, and of one for many. */
#define COMMAND_ONE \
	{ COMMAND_DIR, "config-dir", "DIR", \
	    "where certcycle.conf is: " SYSCONFDIR "/certcycle" }, \
	{ COMMAND_PROFILE, "profile", "NAME", \
	    "as if that was the operand" }, \
	{ COMMAND_AT, "at", "SECONDS", "as of this moment, in Unix time" }
#define COMMAND_TABLE \
	COMMAND_ONE, { COMMAND_ALL, "all", NULL, "all profiles there are" }

struct command {
	const char *dir;
	const char *profile;
	bool all;
	bool at_given;
	time_t now;
};

/* Takes the option OPT, one of these. */
void command_take(struct command *command, int opt);

/* Loads the profiles that the operands name. EXIT_CLOCK: the clock says a time
 * before this program was built, and --at is not given. */
void command_load_or_die(struct command *command, int argc, char **argv,
    struct profiles *profiles);

#endif

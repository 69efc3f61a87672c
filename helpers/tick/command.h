/* command.h: the command line that the tick tools have in common. Like cli.h,
 * for a tool's own file: a wrong command line ends the program.
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
/* clang-format off */
#define COMMAND_ONE \
	{ COMMAND_DIR, "config-dir", "DIR", \
	    "where certcycle.conf is: " SYSCONFDIR "/certcycle" }, \
	{ COMMAND_PROFILE, "profile", "NAME", \
	    "as if that was the operand" }, \
	{ COMMAND_AT, "at", "SECONDS", "as of this moment, in Unix time" }
#define COMMAND_TABLE \
	COMMAND_ONE, { COMMAND_ALL, "all", NULL, "all profiles there are" }
/* clang-format on */

struct command {
	const char *dir;
	const char *profile;
	bool all;
	bool at_given;
	bool many; /* profiles were asked for */
	time_t now;
};

/* Takes the option OPT, one of these. */
void command_take(struct command *command, int opt);

/* Loads the profiles that the operands name, as profiles_load does. EXIT_CLOCK:
 * the clock says a time before this program was built, and --at is not given. */
bool command_load(
    struct command *command, int argc, char **argv, struct profiles *profiles);

/* A profile is wrong. Where there is but one, that ends the program; of many it
 * is told, and WORST is CODE where that is higher. */
void command_trouble(
    const struct command *command, int code, const char *why, int *worst);

#endif

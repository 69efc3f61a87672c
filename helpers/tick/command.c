/* command.c: the command line that the tick tools have in common.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "command.h"
#include "exit.h"
#include "fault.h"
#include "msg.h"

void
command_take(struct command *command, int opt)
{
	switch (opt) {
	case COMMAND_DIR:
		command->dir = cli_value();
		if (command->dir[0] == '\0')
			cli_usage("--config-dir: empty");
		break;
	case COMMAND_PROFILE:
		command->profile = cli_value();
		break;
	case COMMAND_ALL:
		command->all = true;
		break;
	case COMMAND_AT:
		command->now = cli_moment_or_die();
		if (command->now < 0)
			cli_usage("--at: %s: before 1970", cli_value());
		command->at_given = true;
		break;
	}
}

bool
command_load(
    struct command *command, int argc, char **argv, struct profiles *profiles)
{
	char *sole = (char *)command->profile;
	int count = cli_left(argc);
	char **names = argv + argc - count;

	if ((command->all || sole != NULL) && count > 0)
		cli_usage("%s: %s, or names, not both", names[0],
		    command->all ? "--all" : "--profile");
	if (command->all && sole != NULL)
		cli_usage("--all or --profile, not both");
	if (sole != NULL) {
		names = &sole;
		count = 1;
	}
	command->many = command->all || count > 1;
	*profiles = (struct profiles){ 0 };
	if (!command->at_given && !clock_plausible(command->now))
		return fault(EXIT_CLOCK,
		    "the clock says a time before this program was built");
	if (command->dir == NULL)
		command->dir = getenv("CERTCYCLE_CONFIG_DIR");
	if (command->dir == NULL || command->dir[0] == '\0')
		command->dir = SYSCONFDIR "/certcycle";
	return profiles_load(
	    command->dir, command->all, names, (size_t)count, profiles);
}

void
command_trouble(
    const struct command *command, int code, const char *why, int *worst)
{
	if (!command->many)
		msg_die(code, "%s", why);
	msg_warn("%s", why);
	if (code > *worst)
		*worst = code;
}

/* tick-due: which profiles have something to do, and why?
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "tick/command.h"
#include "tick/look.h"
#include "tick/profile.h"

enum { OPT_FORCE = COMMAND_OPTIONS, OPT_ALONE };

static const struct cli_option options[] = {
	COMMAND_TABLE,
	{ OPT_FORCE, "force", NULL, "each has: a reason, or \"forced\"" },
	{ OPT_ALONE, "alone", NULL,
	    "do not look whether others name the files of a PROFILE" },
	{ 0 },
};

/* NAME has something to do: then it must share no file with another profile. To
 * look at all of them is too much for one that is idle. */
static bool
is_alone(const struct command *command, const char *name)
{
	struct profiles all;
	bool ok = profiles_load(command->dir, true, NULL, 0, &all);

	for (size_t i = 0; ok && i < all.names.count; i++)
		if (strcmp(all.item[i].name, name) == 0 &&
		    all.item[i].cert == NULL)
			ok = fault(all.item[i].code, "%s", all.item[i].wrong);
	profiles_free(&all);
	return ok;
}

int
main(int argc, char **argv)
{
	struct command command = { .now = time(NULL) };
	struct profiles profiles;
	struct buf out = { 0 };
	bool force = false;
	bool alone = false;
	int worst = 0;
	int opt;

	cli_start("tick-due", "[PROFILE]...",
	    "Print which profiles have something to do, and why: 0 some, "
	    "1 none.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		if (opt == OPT_FORCE)
			force = true;
		else if (opt == OPT_ALONE)
			alone = true;
		else
			command_take(&command, opt);
	if (!command_load(&command, argc, argv, &profiles))
		msg_die_fault();
	if (profiles.names.wrong != NULL)
		command_trouble(
		    &command, EXIT_CONF, profiles.names.wrong, &worst);
	for (size_t i = 0; i < profiles.names.count; i++) {
		const struct profile *profile = &profiles.item[i];
		const char *why = NULL;

		if (profile->cert == NULL)
			command_trouble(
			    &command, profile->code, profile->wrong, &worst);
		else if (!look(profile, command.now, force, &why) ||
			 (why != NULL && !command.many && !alone &&
			     !is_alone(&command, profile->name)))
			command_trouble(
			    &command, fault_code(), fault_text(), &worst);
		else if (why != NULL &&
			 !buf_print(&out, "%s\t%s\n", profile->name, why))
			msg_die_fault();
	}
	profiles_free(&profiles);
	if (!file_print(buf_text(&out), out.len))
		msg_die_fault();
	if (worst == 0)
		worst = out.len > 0 ? EXIT_YES : EXIT_NO;
	buf_free(&out);
	return worst;
}

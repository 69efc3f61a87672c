/* tick-due: which profiles have something to do, and why?
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
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

enum { OPT_FORCE = COMMAND_OPTIONS };

static const struct cli_option options[] = {
	COMMAND_TABLE,
	{ OPT_FORCE, "force", NULL, "each has: a reason, or \"forced\"" },
	{ 0 },
};

/* Of many, one that is bad does not stop the rest. */
static void
trouble(const struct profiles *profiles, int code, const char *why, int *worst)
{
	if (profiles->names.count == 1)
		msg_die(code, "%s", why);
	msg_warn("%s", why);
	if (code > *worst)
		*worst = code;
}

int
main(int argc, char **argv)
{
	struct command command = { .now = time(NULL) };
	struct profiles profiles;
	struct buf out = { 0 };
	bool force = false;
	int worst = 0;
	int opt;

	cli_start("tick-due", "[PROFILE]...",
	    "Print which profiles have something to do, and why: 0 some, "
	    "1 none.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		if (opt == OPT_FORCE)
			force = true;
		else
			command_take(&command, opt);
	command_load_or_die(&command, argc, argv, &profiles);
	if (profiles.names.wrong != NULL)
		trouble(&profiles, EXIT_CONF, profiles.names.wrong, &worst);
	for (size_t i = 0; i < profiles.names.count; i++) {
		const struct profile *profile = &profiles.item[i];
		const char *why = NULL;

		if (profile->cert == NULL)
			trouble(
			    &profiles, profile->code, profile->wrong, &worst);
		else if (!look(profile, command.now, force, &why))
			trouble(
			    &profiles, fault_code(), fault_text(), &worst);
		else if (why != NULL &&
			 !buf_print(&out, "%s\t%s\n", profile->name, why))
			msg_die_fault();
	}
	profiles_free(&profiles);
	if (!file_print(out.data, out.len))
		msg_die_fault();
	if (worst == 0)
		worst = out.len > 0 ? EXIT_YES : EXIT_NO;
	buf_free(&out);
	return worst;
}

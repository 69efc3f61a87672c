/* tick-note: writes down how a run of certcycle ended.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "msg.h"
#include "tick/command.h"
#include "tick/note.h"

enum {
	OPT_RESULT = COMMAND_OPTIONS,
	OPT_REASON,
	OPT_STEP,
	OPT_AFTER,
	OPT_WHY,
	OPT_TRIED
};

static const struct cli_option options[] = {
	{ OPT_RESULT, "result", "CODE", "the exit code of the run" },
	{ OPT_REASON, "reason", "REASON", "enroll, rollback, or renew (default)" },
	{ OPT_STEP, "step", "STEP", "how far it came: enroll, pre-renew, ..." },
	{ OPT_AFTER, "retry-after", "SECONDS",
	    "what the server asked to wait; may be empty" },
	{ OPT_WHY, "why-file", "FILE",
	    "what was said: its last line is the reason" },
	{ OPT_TRIED, "tried", NULL,
	    "the certificate has expired, and was tried all the same" },
	COMMAND_ONE,
	{ 0 },
};

/* Digits; what is beyond all measure is just long. */
static int64_t
number_or_die(const char *option, int64_t limit)
{
	const char *text = cli_value();
	int64_t number = 0;

	for (const char *at = text; *at != '\0'; at++) {
		if (*at < '0' || *at > '9')
			cli_usage("%s: %s: not a number", option, text);
		if (number < limit)
			number = number * 10 + (*at - '0');
	}
	return number < limit ? number : limit;
}

static int
code_or_die(void)
{
	int64_t code = number_or_die("--result", 256);

	if (cli_value()[0] == '\0' || code > 255)
		cli_usage("--result: %s: not an exit code",
		    cli_value()[0] != '\0' ? cli_value() : "''");
	return (int)code;
}

/* A word of a few small letters. */
static const char *
word_or_die(const char *option)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz-";
	const char *value = cli_value();
	size_t len = strspn(value, letters);

	if (len == 0 || len > 32 || value[len] != '\0')
		cli_usage("%s: %s: not a word", option,
		    value[0] != '\0' ? value : "''");
	return value;
}

static void
take(struct note *note, int opt)
{
	switch (opt) {
	case OPT_RESULT:
		note->result = code_or_die();
		break;
	case OPT_REASON:
		note->reason = word_or_die("--reason");
		break;
	case OPT_STEP:
		note->step = word_or_die("--step");
		break;
	case OPT_AFTER:
		note->after =
		    number_or_die("--retry-after", INT64_C(3153600000));
		break;
	case OPT_WHY:
		note->why_file = cli_value();
		break;
	case OPT_TRIED:
		note->tried = true;
		break;
	}
}

int
main(int argc, char **argv)
{
	struct command command = { .now = time(NULL) };
	struct note note = { .result = -1, .reason = "renew", .step = "" };
	struct profiles profiles;
	int opt;

	cli_start("tick-note", "--result=CODE [PROFILE]",
	    "Write down how a run ended, and when the next one may ask again.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		if (opt < COMMAND_OPTIONS)
			command_take(&command, opt);
		else
			take(&note, opt);
	if (note.result < 0)
		cli_usage("--result: missing");
	if (cli_left(argc) > 1)
		cli_usage("%s: one profile at a time", argv[argc - 1]);
	/* a run that did nothing; its clock may be no good to us either */
	if (note.result == EXIT_BUSY || note.result == EXIT_CLOCK)
		return EXIT_YES;
	if (!command_load(&command, argc, argv, &profiles))
		msg_die_fault();
	note.now = command.now;
	if (profiles.item[0].cert == NULL)
		msg_die(profiles.item[0].code, "%s", profiles.item[0].wrong);
	if (!note_write(&profiles.item[0], &note))
		msg_die_fault();
	profiles_free(&profiles);
	return EXIT_YES;
}

/* cert-check: questions about certificates, answered by the exit code, and by
 * the names of those with a yes where there are many.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "check/ask.h"
#include "check/report.h"
#include "check/scan.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "span.h"

enum {
	OPT_VALID = CLI_LONG,
	OPT_SPREAD,
	OPT_MATCH,
	OPT_PASSPHRASE,
	OPT_SUBJECT,
	OPT_CN,
	OPT_LATER,
	OPT_TRUSTED,
	OPT_USAGE,
	OPT_REVOKED,
	OPT_NOT,
	OPT_AT,
	OPT_SHOW,
	OPT_JSON,
	OPT_TABLE,
	OPT_EXPIRE,
	OPT_PRINT_CN,
	OPT_NAMES,
	OPT_LIST,
	OPT_CLOCK
};

static const struct cli_option options[] = {
	{ 'd', "due", "WINDOW",
	    "is its end nearer than this? 30d, 33% of its life, or 33%,30d" },
	{ OPT_SPREAD, "spread", "WINDOW",
	    "and earlier by a share of this, which each device has" },
	{ OPT_VALID, "valid", NULL, "is it valid now?" },
	{ OPT_MATCH, "match", "KEY",
	    "is it for this key? a file or a PKCS#11 URI" },
	{ OPT_PASSPHRASE, "passphrase-file", "FILE",
	    "the passphrase of a key, or the PIN of its token" },
	{ OPT_SUBJECT, "same-subject", "CERT", "has it the subject of CERT?" },
	{ OPT_CN, "cn", "NAME", "is this its common name?" },
	{ OPT_LATER, "later-than", "CERT", "does it run longer than CERT?" },
	{ OPT_TRUSTED, "trusted", "PATH",
	    "does it chain up to an anchor in this file or directory?" },
	{ OPT_USAGE, "usage", "USE",
	    "may it be used as this? client, server, ca" },
	{ OPT_REVOKED, "not-revoked", "CRL",
	    "is it absent from its issuer's list in this file?" },
	{ OPT_CLOCK, "clock", NULL,
	    "can the clock be right? no certificate needed" },
	{ OPT_NOT, "not", NULL, "turn the answer round" },
	{ OPT_SHOW, "show", NULL, "print it for people" },
	{ OPT_JSON, "json", NULL, "print it as a JSON object" },
	{ OPT_TABLE, "table", NULL, "print a line: days, end, status, name" },
	{ OPT_EXPIRE, "expire-in", "[UNIT]",
	    "print the time left in s, h, or d (default)" },
	{ OPT_PRINT_CN, "print-cn", NULL, "print its common name" },
	{ OPT_NAMES, "names", NULL, "print names, even of one certificate" },
	{ OPT_LIST, "files-from", "FILE", "read the names of files from FILE" },
	{ '0', "null", NULL, "names end with a NUL, not with a line feed" },
	{ OPT_AT, "at", "SECONDS", "as of this moment, in Unix time" },
	{ 0 },
};

/* what is printed waits until there is so much of it */
enum { ENOUGH = 32768 };

struct job {
	struct ask ask;
	struct report report;
	const char *list;
	bool at_given;
	bool spread_given;
	bool many; /* the answer is a list of names */
	bool yes; /* for one of them at least */
	int trouble; /* the highest code of those that could not be judged */
	struct buf out;
};

/* Where the argument of OPT goes, as it is; NULL: not to one place. */
static const char **
argument_of(struct job *job, int opt)
{
	switch (opt) {
	case OPT_MATCH:
		return &job->ask.key.name;
	case OPT_PASSPHRASE:
		return &job->ask.passphrase;
	case OPT_SUBJECT:
		return &job->ask.subject;
	case OPT_CN:
		return &job->ask.cn;
	case OPT_LATER:
		return &job->ask.earlier;
	case OPT_TRUSTED:
		return &job->ask.anchors;
	case OPT_REVOKED:
		return &job->ask.revoked;
	case OPT_LIST:
		return &job->list;
	}
	return NULL;
}

static void
take_form(struct job *job, enum report_form form)
{
	if (job->report.form != REPORT_NOTHING && job->report.form != form)
		cli_usage("--show, --json, --table, --expire-in or --print-cn, "
			  "one of them");
	job->report.form = form;
}

static void
take_flag(struct job *job, int opt)
{
	switch (opt) {
	case OPT_VALID:
		job->ask.valid = true;
		break;
	case OPT_CLOCK:
		job->ask.clock = true;
		break;
	case OPT_NOT:
		job->ask.negate = true;
		break;
	case OPT_NAMES:
		job->many = true;
		break;
	case OPT_SHOW:
		take_form(job, REPORT_SHOW);
		break;
	case OPT_JSON:
		take_form(job, REPORT_JSON);
		break;
	case OPT_TABLE:
		take_form(job, REPORT_TABLE);
		break;
	case OPT_PRINT_CN:
		take_form(job, REPORT_CN);
		break;
	case '0':
		job->report.end = '\0';
		break;
	}
}

static void
take(struct job *job, int opt)
{
	const char **argument = argument_of(job, opt);

	if (argument != NULL) {
		*argument = cli_value();
	} else if (opt == 'd') {
		job->ask.due = true;
		if (!window_parse(cli_value(), &job->ask.window))
			cli_usage("--due: %s", fault_text());
	} else if (opt == OPT_SPREAD) {
		job->spread_given = true;
		if (!window_parse(cli_value(), &job->ask.spread))
			cli_usage("--spread: %s", fault_text());
	} else if (opt == OPT_AT) {
		job->ask.now = cli_moment_or_die();
		job->at_given = true;
	} else if (opt == OPT_USAGE) {
		if (!purpose_parse(cli_value(), &job->ask.purpose))
			cli_usage("--usage: %s", fault_text());
	} else if (opt == OPT_EXPIRE) {
		take_form(job, REPORT_LEFT);
		if (!report_parse_unit(cli_value(), &job->report.unit))
			cli_usage("--expire-in: %s", fault_text());
	} else {
		take_flag(job, opt);
	}
}

/* Standard input can be read once. */
static void
share_input(const struct job *job, int count, char **names)
{
	const char *const inputs[] = { job->ask.key.name, job->ask.passphrase,
		job->ask.subject, job->ask.earlier, job->ask.anchors,
		job->ask.revoked, job->list };
	int readers = 0;

	for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
		readers += inputs[i] != NULL && strcmp(inputs[i], "-") == 0;
	for (int i = 0; i < count; i++)
		readers += strcmp(names[i], "-") == 0;
	/* no CERT at all is standard input too, and --clock needs none */
	readers += count == 0 && job->list == NULL && !job->ask.clock;
	if (readers > 1)
		cli_usage("-: standard input can be only one of the files");
}

/* What all options make together. NAMES: the operands, COUNT of them. */
static void
settle(struct job *job, int count, char **names)
{
	enum report_form form = job->report.form;

	share_input(job, count, names);
	if (job->list != NULL && count > 0)
		cli_usage("%s: --files-from, or names, not both", names[0]);
	if (job->spread_given && !job->ask.due)
		cli_usage("--spread goes with --due");
	/* then it says what is soon */
	if (form == REPORT_SHOW || form == REPORT_JSON)
		job->ask.due = false;
	if (job->ask.negate && !ask_anything(&job->ask))
		cli_usage("--not: nothing is asked");
	if (job->ask.passphrase != NULL && job->ask.key.name == NULL &&
	    form != REPORT_SHOW && form != REPORT_JSON)
		cli_usage(
		    "--passphrase-file is for --match, --show and --json");
	job->many = job->many || job->list != NULL || count > 1 ||
		    (count == 1 && scan_is_directory(names[0]));
	job->ask.quiet = job->many || job->ask.negate;
	job->report.names = job->many;
	if (!job->at_given && !clock_plausible(job->ask.now))
		msg_die(EXIT_CLOCK, "the clock says a time before this program "
				    "was built");
}

/* Of many, one that is bad does not stop the rest. */
static void
trouble(void *context)
{
	struct job *job = context;

	if (!job->many)
		msg_die_fault();
	msg_warn("%s", fault_text());
	if (fault_code() > job->trouble)
		job->trouble = fault_code();
}

static void
flush_or_die(struct job *job)
{
	if (job->out.len > 0 && !file_print(job->out.data, job->out.len))
		msg_die_fault();
	buf_free(&job->out);
}

static void
judge(void *context, const char *path, bool found)
{
	struct job *job = context;
	bool yes = false;

	if (!report_file(&job->ask, &job->report, path, found, &yes, &job->out))
		trouble(job);
	job->yes = job->yes || yes;
	if (job->out.len >= ENOUGH)
		flush_or_die(job);
}

static void
judge_all(struct job *job, int count, char **names)
{
	static char standard_input[] = "-";
	char *fallback[] = { standard_input };
	struct scan scan = { judge, job };

	if (job->list != NULL) {
		if (!scan_list(&scan, job->list, job->report.end, trouble))
			trouble(job);
		return;
	}
	if (count == 0) {
		names = fallback;
		count = 1;
	}
	for (int i = 0; i < count; i++)
		if (!scan_name(&scan, names[i]))
			trouble(job);
}

int
main(int argc, char **argv)
{
	struct job job = {
		.ask = { .window = { .seconds = INT64_C(30) * 86400 },
		    .now = time(NULL) },
		.report = { .end = '\n', .unit = 86400 },
	};
	int count;
	int opt;

	cli_start("cert-check", "[CERT]...",
	    "Answer questions about certificates: 0 is yes to all of them, "
	    "1 is no.\nOf several CERTs, or a directory, print the names of "
	    "those with a yes.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take(&job, opt);
	count = cli_left(argc);
	argv += argc - count;
	settle(&job, count, argv);
	if (job.ask.clock && count == 0 && job.list == NULL)
		return EXIT_YES;
	if (!ask_prepare(&job.ask))
		msg_die_fault();
	judge_all(&job, count, argv);
	flush_or_die(&job);
	ask_free(&job.ask);
	if (job.trouble != 0)
		return job.trouble;
	return job.yes ? EXIT_YES : EXIT_NO;
}

/* tick-status: how the certificates are, what is pending, what happened.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "text.h"
#include "tick/command.h"
#include "tick/history.h"
#include "tick/metrics.h"
#include "tick/status.h"
#include "tick/words.h"

enum {
	OPT_JSON = COMMAND_OPTIONS,
	OPT_NAGIOS,
	OPT_METRICS,
	OPT_HISTORY,
	OPT_OUTPUT
};

static const struct cli_option options[] = {
	{ OPT_JSON, "json", NULL, "print one JSON object" },
	{ OPT_NAGIOS, "nagios", NULL,
	    "print one line, and exit as plugins of Nagios do" },
	{ OPT_METRICS, "metrics", NULL, "print metrics for Prometheus" },
	{ OPT_HISTORY, "history", NULL, "print what happened, line by line" },
	{ OPT_OUTPUT, "output", "FILE",
	    "write to FILE, whole or not at all, for all to read" },
	COMMAND_TABLE,
	{ 0 },
};

struct job {
	struct command command;
	struct profiles profiles;
	struct status *status;
	int form; /* an OPT_, or 0 for words */
	const char *output;
	int code;
	struct buf out;
};

static void
take(struct job *job, int opt)
{
	if (opt < COMMAND_OPTIONS) {
		command_take(&job->command, opt);
	} else if (opt == OPT_OUTPUT) {
		job->output = cli_value();
	} else {
		if (job->form != 0 && job->form != opt)
			cli_usage("--json, --nagios, --metrics or --history, "
				  "one of them");
		job->form = opt;
	}
}

static bool
show_words(struct job *job)
{
	for (size_t i = 0; i < job->profiles.names.count; i++)
		if ((i > 0 && !buf_print(&job->out, "\n")) ||
		    !words_show(&job->status[i], &job->out))
			return false;
	return true;
}

/* A line, of which only the tabs may be what a terminal obeys: what a power cut
 * has torn can be anything. */
static bool
add_event(const char *line, size_t len, struct buf *out)
{
	const char *tab;

	while ((tab = memchr(line, '\t', len)) != NULL) {
		if (!text_escape(line, (size_t)(tab - line), out) ||
		    !buf_add(out, "\t", 1))
			return false;
		len -= (size_t)(tab - line) + 1;
		line = tab + 1;
	}
	return text_escape(line, len, out) && buf_add(out, "\n", 1);
}

/* Each line of the profile; of many, behind its name and a tab. */
static bool
show_history(struct job *job, const struct profile *profile)
{
	struct buf text = { 0 };
	bool ok = history_read(profile->state, &text);
	size_t len;

	for (size_t at = 0; ok && at < text.len; at += len + 1) {
		const char *line = (const char *)text.data + at;
		const char *end = memchr(line, '\n', text.len - at);

		len = end != NULL ? (size_t)(end - line) : text.len - at;
		ok = (job->profiles.names.count == 1 ||
			 buf_print(&job->out, "%s\t", profile->name)) &&
		     add_event(line, len, &job->out);
	}
	buf_free(&text);
	return ok;
}

static bool
show_histories(struct job *job)
{
	for (size_t i = 0; i < job->profiles.names.count; i++) {
		const struct profile *profile = &job->profiles.item[i];

		if (profile->cert == NULL)
			command_trouble(&job->command, profile->code,
			    profile->wrong, &job->code);
		else if (!show_history(job, profile))
			command_trouble(&job->command, fault_code(),
			    fault_text(), &job->code);
	}
	return true;
}

/* What cannot be told is said, where no form says it; some of it begins with the
 * name. */
static void
tell_unknown(struct job *job, const struct status *status)
{
	const char *name = status->profile->name;
	const char *trouble = buf_text(&status->trouble);
	size_t len = strlen(name);

	if (status->level != STATUS_UNKNOWN)
		return;
	if (strncmp(trouble, name, len) == 0 && trouble[len] == ':')
		msg_warn("%s", trouble);
	else
		msg_warn("%s: %s", name, trouble);
	if (status->code > job->code)
		job->code = status->code;
}

static bool
take_all(struct job *job)
{
	size_t count = job->profiles.names.count;

	job->status = calloc(count + 1, sizeof *job->status);
	if (job->status == NULL)
		return fault_memory();
	for (size_t i = 0; i < count; i++) {
		if (!status_take(&job->profiles.item[i], job->command.now,
			&job->status[i]))
			return false;
		if (job->form != OPT_NAGIOS)
			tell_unknown(job, &job->status[i]);
		if (job->form == 0 && job->code == 0 &&
		    job->status[i].level != STATUS_OK)
			job->code = EXIT_NO;
	}
	return true;
}

static bool
show(struct job *job)
{
	size_t count = job->profiles.names.count;
	enum status_level level;

	switch (job->form) {
	case OPT_JSON:
		return metrics_json(job->status, count, &job->out);
	case OPT_METRICS:
		return metrics_print(job->status, count, &job->out);
	case OPT_NAGIOS:
		if (!words_nagios(job->status, count, job->profiles.names.wrong,
			&level, &job->out))
			return false;
		job->code = (int)level;
		return true;
	}
	return show_words(job);
}

/* A monitor reads standard output, and knows four codes. */
static _Noreturn void
die(const struct job *job)
{
	struct buf out = { 0 };

	if (job->form != OPT_NAGIOS ||
	    !buf_print(&out, "CERTCYCLE UNKNOWN - ") ||
	    !text_escape(fault_text(), strlen(fault_text()), &out) ||
	    !buf_print(&out, "\n") || !file_print(out.data, out.len))
		msg_die_fault();
	exit(STATUS_UNKNOWN);
}

static bool
write_out(const struct job *job)
{
	if (job->output != NULL)
		return file_replace(
		    job->output, 0644, buf_text(&job->out), job->out.len);
	return file_print(buf_text(&job->out), job->out.len);
}

int
main(int argc, char **argv)
{
	struct job job = { .command = { .now = time(NULL) } };
	int opt;

	cli_start("tick-status", "[PROFILE]...",
	    "Print how the certificates are, what is pending, and what "
	    "happened:\n0 all is well, 1 something wants attention.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take(&job, opt);
	if (!command_load(&job.command, argc, argv, &job.profiles))
		die(&job);
	if (job.profiles.names.wrong != NULL)
		command_trouble(&job.command, EXIT_CONF,
		    job.profiles.names.wrong, &job.code);
	if (!(job.form == OPT_HISTORY ? show_histories(&job)
				      : take_all(&job) && show(&job)) ||
	    !write_out(&job))
		die(&job);
	for (size_t i = 0; job.status != NULL && i < job.profiles.names.count;
	     i++)
		status_free(&job.status[i]);
	free(job.status);
	buf_free(&job.out);
	profiles_free(&job.profiles);
	return job.code;
}

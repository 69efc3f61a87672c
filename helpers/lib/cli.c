/* cli.c: the command line, one way for every tool.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "span.h"

static const struct cli_option common[] = {
	{ 'v', "verbose", NULL, "say what is done" },
	{ 'h', "help", NULL, "print this help" },
	{ 'V', "version", NULL, "print the version" },
	{ 0 },
};

static struct {
	const char *tool;
	const char *operands;
	const char *purpose;
	const struct cli_option *options;
	struct option *longs;
	struct buf shorts;
} line;

static size_t
count(const struct cli_option *options)
{
	size_t n = 0;

	while (options[n].letter != 0)
		n++;
	return n;
}

/* Does OPTION take an argument? In the words of getopt_long. */
static int
argument_of(const struct cli_option *option)
{
	if (option->arg == NULL)
		return no_argument;
	return option->arg[0] == '[' ? optional_argument : required_argument;
}

/* Adds OPTIONS in the forms that getopt_long wants. */
static struct option *
add_options(const struct cli_option *options, struct option *to)
{
	char letter[] = "?::";

	for (; options->letter != 0; options++, to++) {
		int argument = argument_of(options);

		*to = (struct option){ .name = options->name,
			.has_arg = argument,
			.val = options->letter };
		if (options->letter >= CLI_LONG)
			continue;
		letter[0] = (char)options->letter;
		/* a colon for one that must be, two for one that may */
		if (!buf_add(&line.shorts, letter, 1 + (size_t)argument))
			msg_die_fault();
	}
	return to;
}

/* Whoever starts us may have closed them. A file or a connection that is opened next
 * would be in their place, where what we print could end in it. So something is
 * there that says no as a closed one does; a program that we become finds them
 * closed again. What is said on standard error is lost, and no more than that. */
static void
fill_streams(void)
{
	static const int modes[] = { [STDIN_FILENO] = O_WRONLY | O_CLOEXEC,
		[STDOUT_FILENO] = O_RDONLY | O_CLOEXEC,
		[STDERR_FILENO] = O_RDWR };

	/* the lowest that is free is the one that is missing */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) < 0)
			return;
}

void
cli_start(const char *tool, const char *operands, const char *purpose,
    const struct cli_option *options)
{
	line.tool = tool;
	line.operands = operands;
	line.purpose = purpose;
	line.options = options;
	msg_start(tool);
	fill_streams();
	line.longs =
	    calloc(count(options) + count(common) + 1, sizeof *line.longs);
	/* '+': what stands behind the first operand belongs to it; ':': the
	 * words about an error are ours */
	if (line.longs == NULL || !buf_add(&line.shorts, "+:", 2)) {
		fault_memory();
		msg_die_fault();
	}
	add_options(common, add_options(options, line.longs));
}

static bool
print_usage(struct buf *out)
{
	return buf_print(
	    out, "usage: %s [OPTION]... %s\n", line.tool, line.operands);
}

static bool
print_options(const struct cli_option *options, struct buf *out)
{
	static const char *const equals[] = { [no_argument] = "",
		[required_argument] = "=",
		[optional_argument] = "[=" };

	for (; options->letter != 0; options++) {
		int argument = argument_of(options);
		struct buf left = { 0 };
		bool ok;

		ok = options->letter < CLI_LONG
			 ? buf_print(&left, "-%c, ", options->letter)
			 : buf_print(&left, "    ");
		ok = ok &&
		     buf_print(&left, "--%s%s%s", options->name,
			 equals[argument],
			 argument == no_argument
			     ? ""
			     : options->arg + (argument == optional_argument));
		ok = ok && buf_print(out, "  %-30s %s\n", buf_text(&left),
			       options->help);
		buf_free(&left);
		if (!ok)
			return false;
	}
	return true;
}

static _Noreturn void
answer(bool help)
{
	struct buf out = { 0 };
	bool ok;

	if (help)
		ok = print_usage(&out) &&
		     buf_print(&out, "%s\n\n", line.purpose) &&
		     print_options(line.options, &out) &&
		     print_options(common, &out) &&
		     buf_print(
			 &out, "\nSee %s(1) and certcycle(7).\n", line.tool);
	else
		ok = buf_print(&out, "%s (%s) %s\n", line.tool, PACKAGE_NAME,
		    PACKAGE_VERSION);
	if (!ok || !file_print(out.data, out.len))
		msg_die_fault();
	exit(EXIT_YES);
}

int
cli_next(int argc, char **argv)
{
	int letter;

	opterr = 0;
	letter =
	    getopt_long(argc, argv, buf_text(&line.shorts), line.longs, NULL);
	switch (letter) {
	case 'v':
		msg_verbose();
		return cli_next(argc, argv);
	case 'h':
	case 'V':
		answer(letter == 'h');
	case ':':
		cli_usage("%s: its argument is missing", argv[optind - 1]);
	case '?':
		if (optopt > 0 && optopt < CLI_LONG)
			cli_usage("-%c: no such option, or none that takes "
				  "an argument",
			    optopt);
		cli_usage("%s: no such option, or short for several",
		    argv[optind - 1]);
	case -1:
		return CLI_END;
	default:
		return letter;
	}
}

const char *
cli_value(void)
{
	return optarg;
}

int64_t
cli_span_or_die(void)
{
	int64_t seconds;

	if (!span_parse(optarg, &seconds))
		cli_usage("%s", fault_text());
	return seconds;
}

int
cli_port_or_die(void)
{
	char *end;
	long port = strtol(optarg, &end, 10);

	if (end == optarg || *end != '\0' || port < 1 || port > 65535)
		cli_usage("%s: not a TCP port", optarg);
	return (int)port;
}

time_t
cli_moment_or_die(void)
{
	static const long long far = 1000000000000; /* 30,000 years */
	char *end;
	long long seconds = strtoll(optarg, &end, 10);

	/* one that is out of range becomes the largest number there is */
	if (end == optarg || *end != '\0' || seconds < -far || seconds > far ||
	    (time_t)seconds != seconds)
		cli_usage(
		    "--at: %s: not a number of seconds since 1970", optarg);
	return (time_t)seconds;
}

void
cli_put_or_die(const struct cli_place *places, void *base, int opt)
{
	for (; places->opt != 0; places++) {
		void *at = (char *)base + places->at;

		if (places->opt != opt)
			continue;
		if (places->kind == CLI_TEXT)
			*(const char **)at = optarg;
		else if (places->kind == CLI_FLAG)
			*(bool *)at = true;
		else
			*(int64_t *)at = cli_span_or_die();
	}
}

char *
cli_operand(int argc, char **argv)
{
	if (optind >= argc)
		cli_usage("an operand is missing");
	return argv[optind++];
}

bool
cli_closed(char **argv)
{
	return optind > 1 && strcmp(argv[optind - 1], "--") == 0;
}

int
cli_left(int argc)
{
	return argc - optind;
}

const char *
cli_last_operand(int argc, char **argv, const char *fallback)
{
	const char *operand = optind < argc ? argv[optind++] : fallback;

	cli_no_more(argc, argv);
	return operand;
}

void
cli_no_more(int argc, char **argv)
{
	if (optind < argc)
		cli_usage("%s: one operand too many", argv[optind]);
}

void
cli_usage(const char *format, ...)
{
	va_list args;
	char *text = NULL;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	fprintf(stderr, "usage: %s [OPTION]... %s\n", line.tool, line.operands);
	msg_die(EXIT_USAGE, "%s", text != NULL ? text : "wrong command line");
}

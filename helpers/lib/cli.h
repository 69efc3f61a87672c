/* cli.h: the command line, one way for every tool.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_CLI_H
#define CERTCYCLE_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* One option. LETTER is its short form, or a number from CLI_LONG up where it
 * has none. ARG names its argument, NULL: it takes none. A table ends with a
 * LETTER of 0. --help, --version and --verbose stand in no table: every tool
 * has them. */
struct cli_option {
	int letter;
	const char *name;
	const char *arg;
	const char *help;
};

enum { CLI_END = -1, CLI_LONG = 256 };

/* Names the tool, its operands as usage shows them, and what it is for. All
 * must outlive the program. Where standard input, output or error is closed, no
 * file that is opened later takes its place. */
void cli_start(const char *tool, const char *operands, const char *purpose,
    const struct cli_option *options);

/* The next option's letter, or CLI_END. A wrong command line ends the program
 * with EXIT_USAGE; --help and --version end it with 0. */
int cli_next(int argc, char **argv);

/* The argument of the option that cli_next returned; NULL where it has none. */
const char *cli_value(void);

/* The same as a number of seconds (span.h), a TCP port, or the moment that --at
 * names, no more than 30,000 years from 1970; EXIT_USAGE if not. */
int64_t cli_span_or_die(void);
int cli_port_or_die(void);
time_t cli_moment_or_die(void);

/* Where the value of the option OPT goes: into a const char *, a bool, or an
 * int64_t of seconds, AT so many bytes from the begin of a struct. A table ends
 * with an OPT of 0. */
enum cli_kind { CLI_TEXT, CLI_FLAG, CLI_SPAN };
struct cli_place {
	int opt;
	enum cli_kind kind;
	size_t at;
};

/* Puts the value of OPT, which cli_next returned, where PLACES says in BASE;
 * nothing where no place is for OPT. EXIT_USAGE: no length of time. */
void cli_put_or_die(const struct cli_place *places, void *base, int opt);

/* The next operand; EXIT_USAGE where there is none. */
char *cli_operand(int argc, char **argv);

/* Has cli_next come to an end by "--"? What is left are operands then, and
 * cli_next, called again, would not know that. */
bool cli_closed(char **argv);

/* How many operands are left; they are the last of argv. */
int cli_left(int argc);

/* The one operand there may be, FALLBACK where there is none; EXIT_USAGE for
 * more. */
const char *cli_last_operand(int argc, char **argv, const char *fallback);

/* All operands are used up, or EXIT_USAGE. */
void cli_no_more(int argc, char **argv);

/* EXIT_USAGE with the usage line and then the reason, in printf's form. */
_Noreturn void cli_usage(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif

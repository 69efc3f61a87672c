/* cost: what commands cost beside each other, run in turn.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: cost RUNS -- COMMAND [ARGUMENT]... [-- COMMAND [ARGUMENT]...]...
 *
 * Each command runs RUNS times, all of them in turn, so that a busy moment of
 * the machine hits them alike. "%n" in an argument is the number of the run.
 * Prints a line a command: medians of wall time and of CPU time, in
 * microseconds. What the commands print goes to /dev/null; one that fails ends it
 * all with 1. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct command {
	char **argv;
	long *wall; /* microseconds of each run */
	long *cpu;
};

/* ARGUMENT with the number of the run for its "%n"; never freed, since the
 * program it is for takes the place of this one. */
static char *
numbered(char *argument, int run)
{
	char *mark = strstr(argument, "%n");
	char *text;

	if (mark == NULL)
		return argument;
	if (asprintf(&text, "%.*s%d%s", (int)(mark - argument), argument, run,
		mark + 2) < 0)
		_exit(127);
	return text;
}

static _Noreturn void
become(char **argv, int run)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	for (int i = 0; argv[i] != NULL; i++)
		argv[i] = numbered(argv[i], run);
	execvp(argv[0], argv);
	_exit(127);
}

static long
micros(struct timeval time)
{
	return time.tv_sec * 1000000L + time.tv_usec;
}

static void
run_once(struct command *command, int run)
{
	struct timespec start;
	struct timespec end;
	struct rusage usage;
	int status;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &start);
	pid = fork();
	if (pid == 0)
		become(command->argv, run);
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid ||
	    !WIFEXITED(status) || WEXITSTATUS(status) > 1) {
		fprintf(stderr, "cost: %s: failed\n", command->argv[0]);
		exit(1);
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	command->wall[run] = (end.tv_sec - start.tv_sec) * 1000000L +
			     (end.tv_nsec - start.tv_nsec) / 1000;
	command->cpu[run] = micros(usage.ru_utime) + micros(usage.ru_stime);
}

static int
by_size(const void *a, const void *b)
{
	long one = *(const long *)a;
	long two = *(const long *)b;

	return (one > two) - (one < two);
}

static long
median(long *values, int count)
{
	qsort(values, (size_t)count, sizeof *values, by_size);
	return values[count / 2];
}

int
main(int argc, char **argv)
{
	struct command *commands = calloc((size_t)argc, sizeof *commands);
	int runs = argc > 1 ? atoi(argv[1]) : 0;
	int count = 0;

	if (runs < 1 || commands == NULL) {
		fprintf(stderr, "usage: cost RUNS -- COMMAND ...\n");
		return 64;
	}
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		argv[i] = NULL;
		commands[count].argv = argv + i + 1;
		commands[count].wall = calloc((size_t)runs, sizeof(long));
		commands[count].cpu = calloc((size_t)runs, sizeof(long));
		count++;
	}
	for (int run = 0; run < runs; run++)
		for (int i = 0; i < count; i++)
			run_once(&commands[i], run);
	for (int i = 0; i < count; i++) {
		printf("%ld %ld\n", median(commands[i].wall, runs),
		    median(commands[i].cpu, runs));
		free(commands[i].wall);
		free(commands[i].cpu);
	}
	free(commands);
	return 0;
}

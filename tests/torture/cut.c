/* cut: ends a command with all of its processes at one of the calls by which
 * files change, as a power cut would; or has that call fail.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: cut [--before N | --after N | --error NAME N | --from NAME N]
 *            [--under DIR] [--no-tmpfile] [--no-link] [--log FILE]
 *            COMMAND [ARGUMENT]...
 *
 * Points are the calls that write to files, make, rename or remove them, set
 * their mode, owner or times, or sync them; of a pipe, a socket, a terminal or
 * a device there are none, and with --under none outside DIR, which is
 * absolute, but for sync. FILE receives a line for each that was come by: its
 * number, process, call, what it is for, a second name or nothing, and what was
 * done there, with tabs between.
 *
 * --before and --after kill all at point N, and the exit code is 137. --error
 * has point N fail with the error NAME (ENOSPC, EDQUOT, EIO, EROFS, EACCES,
 * EPERM) without being made, --from that one and all behind it; there a point is
 * a call that can fail so. The exit code is then the command's, as it is where
 * it has fewer points, and 128 and the signal where one has ended it.
 * --no-tmpfile plays a file system that has no files without a name (O_TMPFILE),
 * --no-link one without hard links, by which those get their names, too. 125: no
 * process can be traced here. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { CANNOT = 125, KILLED = 137 };

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#include <elf.h>
#include <stddef.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>

/* How a call says what it is for, and what can go wrong with it. */
enum shape {
	NOTHING,
	FD,
	OUT_FD,
	PATH,
	AT,
	TWO,
	TWO_AT,
	LINK_AT,
	OPEN,
	OPEN_AT
};
enum { FULL = 1, IO = 2, READ_ONLY = 4, DENIED = 8, NOT_OURS = 16 };
enum { WRITES = FULL | IO, MAKES = FULL | IO | READ_ONLY | DENIED };
enum { REMOVES = IO | READ_ONLY | DENIED, SETS = IO | READ_ONLY | NOT_OURS };

struct call {
	long nr;
	const char *name;
	enum shape shape;
	unsigned fails;
};

/* Those without "at" are not on every architecture. */
#define CALL(name, shape, fails) { SYS_##name, #name, shape, fails }
static const struct call calls[] = {
#ifdef SYS_open
	CALL(open, OPEN, MAKES),
	CALL(creat, PATH, MAKES),
	CALL(mkdir, PATH, MAKES),
	CALL(mknod, PATH, MAKES),
	CALL(symlink, TWO, MAKES),
	CALL(link, TWO, MAKES),
	CALL(rename, TWO, MAKES),
	CALL(unlink, PATH, REMOVES),
	CALL(rmdir, PATH, REMOVES),
	CALL(chmod, PATH, SETS | DENIED),
	CALL(chown, PATH, SETS | DENIED),
	CALL(lchown, PATH, SETS | DENIED),
#endif
#ifdef SYS_renameat
	CALL(renameat, TWO_AT, MAKES),
#endif
	CALL(openat, OPEN_AT, MAKES),
	CALL(mkdirat, AT, MAKES),
	CALL(mknodat, AT, MAKES),
	CALL(symlinkat, LINK_AT, MAKES),
	CALL(linkat, TWO_AT, MAKES),
	CALL(renameat2, TWO_AT, MAKES),
	CALL(unlinkat, AT, REMOVES),
	CALL(write, FD, WRITES),
	CALL(pwrite64, FD, WRITES),
	CALL(writev, FD, WRITES),
	CALL(pwritev, FD, WRITES),
	CALL(pwritev2, FD, WRITES),
	CALL(sendfile, FD, WRITES),
	CALL(copy_file_range, OUT_FD, WRITES),
	CALL(truncate, PATH, REMOVES),
	CALL(ftruncate, FD, IO),
	CALL(fallocate, FD, WRITES),
	CALL(fsync, FD, WRITES),
	CALL(fdatasync, FD, WRITES),
	CALL(sync, NOTHING, 0),
	CALL(syncfs, FD, WRITES),
	CALL(fchmod, FD, SETS),
	CALL(fchmodat, AT, SETS | DENIED),
	CALL(fchown, FD, SETS),
	CALL(fchownat, AT, SETS | DENIED),
	CALL(utimensat, AT, SETS | DENIED),
	CALL(setxattr, PATH, SETS | FULL | DENIED),
	CALL(lsetxattr, PATH, SETS | FULL | DENIED),
	CALL(fsetxattr, FD, SETS | FULL),
};
enum { CALLS = sizeof calls / sizeof calls[0] };

static const struct failure {
	const char *name;
	int code;
	unsigned kind;
} failures[] = {
	{ "ENOSPC", ENOSPC, FULL },
	{ "EDQUOT", EDQUOT, FULL },
	{ "EIO", EIO, IO },
	{ "EROFS", EROFS, READ_ONLY },
	{ "EACCES", EACCES, DENIED },
	{ "EPERM", EPERM, NOT_OURS },
};
enum { FAILURES = sizeof failures / sizeof failures[0] };

struct plan {
	enum { COUNT, BEFORE, AFTER, FAIL, FAIL_FROM } what;
	long at;
	const struct failure *failure;
	const char *under; /* NULL: anywhere */
	bool no_tmpfile;
	bool no_link;
	FILE *log; /* may be NULL */
	char **command;
};

struct run {
	const struct plan *plan;
	pid_t first;
	long points;
	int code; /* of FIRST */
};

/* A point, as far as it is known. */
struct point {
	pid_t pid;
	const struct call *call;
	const __u64 *args;
	char name[PATH_MAX];
	char second[PATH_MAX];
};

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "cut: %s: %s\n", what, strerror(errno));
	_exit(CANNOT);
}

/* --- which calls stop --- */

enum { OPENS = O_ACCMODE | O_CREAT | O_TRUNC };

/* Adds to FILTER what stops at CALL; of opens only those that can change a file.
 * Returns how many instructions that are. */
static size_t
add_call(struct sock_filter *filter, const struct call *call)
{
	unsigned nr = (unsigned)call->nr;
	unsigned flags = call->shape == OPEN ? 1 : 2;

	if (call->shape != OPEN && call->shape != OPEN_AT) {
		filter[0] = (struct sock_filter)BPF_JUMP(
		    BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1);
		filter[1] = (struct sock_filter)BPF_STMT(
		    BPF_RET | BPF_K, SECCOMP_RET_TRACE);
		return 2;
	}
	filter[0] = (struct sock_filter)BPF_JUMP(
	    BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 4);
	filter[1] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	    (unsigned)offsetof(struct seccomp_data, args) + 8 * flags);
	filter[2] = (struct sock_filter)BPF_JUMP(
	    BPF_JMP | BPF_JSET | BPF_K, OPENS, 0, 1);
	filter[3] = (struct sock_filter)BPF_STMT(
	    BPF_RET | BPF_K, SECCOMP_RET_TRACE);
	filter[4] = (struct sock_filter)BPF_STMT(
	    BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	return 5;
}

static void
stop_at_calls(void)
{
	struct sock_filter filter[CALLS * 5 + 2] = { { 0 } };
	struct sock_fprog program = { .filter = filter };
	size_t len = 0;

	filter[len++] = (struct sock_filter)BPF_STMT(
	    BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < CALLS; i++)
		len += add_call(filter + len, &calls[i]);
	filter[len++] = (struct sock_filter)BPF_STMT(
	    BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = (unsigned short)len;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		fail("seccomp");
}

/* --- what a call is for --- */

/* What the link /proc/PID/WHAT says. */
static bool
proc_link(pid_t pid, const char *what, char *out)
{
	char name[64];
	ssize_t len;

	snprintf(name, sizeof name, "/proc/%d/%s", (int)pid, what);
	len = readlink(name, out, PATH_MAX - 1);
	out[len > 0 ? len : 0] = '\0';
	return len > 0;
}

static void
name_of_fd(pid_t pid, int fd, char *out)
{
	char what[32];

	snprintf(what, sizeof what, "fd/%d", fd);
	if (!proc_link(pid, what, out))
		snprintf(out, PATH_MAX, "?");
}

/* The string at ADDRESS, which may end with the page that it is on. */
static bool
read_text(pid_t pid, __u64 address, char *out)
{
	size_t got = 0;

	while (got < PATH_MAX - 1) {
		size_t part = 256 - (address + got) % 256;
		struct iovec to = { out + got, part };
		struct iovec from = { (void *)(uintptr_t)(address + got), part };

		if (part > PATH_MAX - 1 - got)
			break;
		if (process_vm_readv(pid, &to, 1, &from, 1, 0) != (ssize_t)part)
			break;
		if (memchr(out + got, '\0', part) != NULL)
			return true;
		got += part;
	}
	out[got] = '\0';
	return false;
}

/* The path at ADDRESS, absolute; one of /proc/self/fd is what it leads to. */
static void
name_at(pid_t pid, int dir, __u64 address, char *out)
{
	static const char own[] = "/proc/self/fd/";
	char text[PATH_MAX];
	char base[PATH_MAX];

	if (!read_text(pid, address, text)) {
		snprintf(out, PATH_MAX, "?");
		return;
	}
	if (strncmp(text, own, sizeof own - 1) == 0) {
		name_of_fd(pid, atoi(text + sizeof own - 1), out);
		return;
	}
	base[0] = '\0';
	if (text[0] != '/' && dir == AT_FDCWD)
		proc_link(pid, "cwd", base);
	else if (text[0] != '/')
		name_of_fd(pid, dir, base);
	if (snprintf(out, PATH_MAX, "%s%s%s", base, text[0] != '/' ? "/" : "",
		text) >= PATH_MAX)
		snprintf(out, PATH_MAX, "?");
}

static void
name_point(struct point *point)
{
	const __u64 *args = point->args;
	pid_t pid = point->pid;
	char *name = point->name;

	switch (point->call->shape) {
	case NOTHING:
		break;
	case FD:
		name_of_fd(pid, (int)args[0], name);
		break;
	case OUT_FD:
		name_of_fd(pid, (int)args[2], name);
		break;
	case PATH:
	case OPEN:
		name_at(pid, AT_FDCWD, args[0], name);
		break;
	case AT:
	case OPEN_AT:
		/* utimensat has a descriptor alone, too */
		if (args[1] == 0)
			name_of_fd(pid, (int)args[0], name);
		else
			name_at(pid, (int)args[0], args[1], name);
		break;
	case TWO:
		name_at(pid, AT_FDCWD, args[0], name);
		name_at(pid, AT_FDCWD, args[1], point->second);
		break;
	case TWO_AT:
		name_at(pid, (int)args[0], args[1], name);
		name_at(pid, (int)args[2], args[3], point->second);
		break;
	case LINK_AT:
		name_at(pid, AT_FDCWD, args[0], name);
		name_at(pid, (int)args[1], args[2], point->second);
		break;
	}
}

/* Is it a file or a directory, or nothing yet, and on a disk? */
static bool
is_of_disk(const struct point *point)
{
	const struct call *call = point->call;
	char name[64];
	struct stat st;
	int fd = (int)point->args[call->shape == OUT_FD ? 2 : 0];

	if (call->shape == FD || call->shape == OUT_FD) {
		snprintf(name, sizeof name, "/proc/%d/fd/%d", (int)point->pid,
		    fd);
		return stat(name, &st) == 0 &&
		       (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) &&
		       strncmp(point->name, "/proc/", 6) != 0;
	}
	if (call->shape == NOTHING)
		return true;
	if (strncmp(point->name, "/dev/", 5) == 0 ||
	    strncmp(point->name, "/proc/", 6) == 0)
		return false;
	return stat(point->name, &st) != 0 || S_ISREG(st.st_mode) ||
	       S_ISDIR(st.st_mode);
}

static bool
is_under(const struct point *point, const char *dir)
{
	size_t len = dir != NULL ? strlen(dir) : 0;

	return len == 0 || point->call->shape == NOTHING ||
	       strncmp(point->name, dir, len) == 0 ||
	       strncmp(point->second, dir, len) == 0;
}

static int
flags_of(const struct point *point)
{
	return point->call->shape == OPEN      ? (int)point->args[1]
	       : point->call->shape == OPEN_AT ? (int)point->args[2]
					       : 0;
}

/* Can the call fail so? To open a file that is there takes no space. */
static bool
can_fail(const struct point *point, const struct failure *failure)
{
	int flags = flags_of(point);
	bool opens = point->call->shape == OPEN || point->call->shape == OPEN_AT;

	if ((point->call->fails & failure->kind) == 0)
		return false;
	return failure->kind != FULL || !opens ||
	       (flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) != 0;
}

/* --- what is done at a point --- */

/* The call is not made, and returns ERROR. */
static void
refuse(pid_t pid, int error)
{
	struct user_regs_struct regs;
	struct iovec all = { &regs, sizeof regs };

	if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &all) != 0)
		return;
#ifdef __x86_64__
	regs.orig_rax = (unsigned long long)-1;
	regs.rax = (unsigned long long)-error;
#else
	int none = -1;
	struct iovec nr = { &none, sizeof none };

	ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &nr);
	regs.regs[0] = (unsigned long long)-error;
#endif
	ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &all);
}

static void
note(const struct run *run, const struct point *point, const char *done)
{
	FILE *log = run->plan->log;
	char name[64];
	char comm[64] = "?";
	FILE *in;

	if (log == NULL)
		return;
	snprintf(name, sizeof name, "/proc/%d/comm", (int)point->pid);
	in = fopen(name, "re");
	if (in != NULL) {
		if (fgets(comm, sizeof comm, in) != NULL)
			comm[strcspn(comm, "\n")] = '\0';
		fclose(in);
	}
	fprintf(log, "%ld\t%s\t%s\t%s\t%s\t%s\n", run->points, comm,
	    point->call->name, point->name, point->second, done);
	fflush(log);
}

/* All that are traced die with this process. */
static _Noreturn void
kill_all(void)
{
	_exit(KILLED);
}

/* What a file system does not have at all is refused, and no point. */
static bool
is_lacking(const struct plan *plan, const struct point *point)
{
	bool nameless = (flags_of(point) & O_TMPFILE) == O_TMPFILE;
	bool linking = strcmp(point->call->name, "link") == 0 ||
		       strcmp(point->call->name, "linkat") == 0;

	if (plan->no_tmpfile && nameless)
		refuse(point->pid, EOPNOTSUPP);
	else if (plan->no_link && linking)
		refuse(point->pid, EPERM);
	else
		return false;
	return true;
}

/* Comes by POINT. Returns how the process goes on. */
static int
come_by(struct run *run, struct point *point)
{
	const struct plan *plan = run->plan;
	bool fails = plan->what == FAIL || plan->what == FAIL_FROM;
	bool here;

	name_point(point);
	if (!is_of_disk(point) || !is_under(point, plan->under) ||
	    is_lacking(plan, point) ||
	    (fails && !can_fail(point, plan->failure)))
		return PTRACE_CONT;
	run->points++;
	here = run->points == plan->at ||
	       (plan->what == FAIL_FROM && run->points > plan->at);
	note(run, point,
	    !here || plan->what == COUNT ? ""
	    : fails			 ? plan->failure->name
					 : "cut");
	if (here && fails)
		refuse(point->pid, plan->failure->code);
	if (here && plan->what == BEFORE)
		kill_all();
	return here && plan->what == AFTER ? PTRACE_SYSCALL : PTRACE_CONT;
}

static int
at_call(struct run *run, pid_t pid)
{
	struct __ptrace_syscall_info info;
	struct point point = { .pid = pid };

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0)
		return PTRACE_CONT;
	point.args = (const __u64 *)info.seccomp.args;
	for (size_t i = 0; i < CALLS; i++)
		if (calls[i].nr == (long)info.seccomp.nr)
			point.call = &calls[i];
	return point.call != NULL ? come_by(run, &point) : PTRACE_CONT;
}

/* PID stands still for what STATUS says. */
static void
go_on(struct run *run, pid_t pid, int status)
{
	int event = status >> 16;
	int signal = WSTOPSIG(status);
	int how = PTRACE_CONT;

	if (event == PTRACE_EVENT_SECCOMP)
		how = at_call(run, pid);
	else if (event == PTRACE_EVENT_STOP && signal != SIGTRAP)
		how = PTRACE_LISTEN;
	else if (signal == (SIGTRAP | 0x80))
		kill_all();
	if (event != 0)
		signal = 0;
	ptrace(how, pid, NULL, (void *)(intptr_t)signal);
}

static int
follow(struct run *run)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (pid > 0 && WIFSTOPPED(status))
			go_on(run, pid, status);
		else if (pid == run->first)
			run->code = WIFEXITED(status) ? WEXITSTATUS(status)
						      : 128 + WTERMSIG(status);
	}
	return run->code;
}

/* The process that traces. What it traces begins when it is traced. */
static int
trace(const struct plan *plan)
{
	struct run run = { .plan = plan, .code = CANNOT };
	int gate[2];
	char byte;

	if (pipe2(gate, O_CLOEXEC) != 0 || (run.first = fork()) < 0)
		fail("fork");
	if (run.first == 0) {
		close(gate[1]);
		if (read(gate[0], &byte, 1) != 1)
			_exit(CANNOT);
		close(gate[0]);
		stop_at_calls();
		execvp(plan->command[0], plan->command);
		fail(plan->command[0]);
	}
	if (ptrace(PTRACE_SEIZE, run.first, NULL,
		PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP |
		    PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
		    PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
		    PTRACE_O_TRACEEXEC) != 0)
		fail("ptrace");
	if (write(gate[1], "", 1) != 1)
		fail("pipe");
	close(gate[0]);
	close(gate[1]);
	return follow(&run);
}

/* --- the command line --- */

static _Noreturn void
misused(const char *what)
{
	fprintf(stderr, "cut: %s: see the top of cut.c\n", what);
	exit(64);
}

static void
take_point(struct plan *plan, const char *text)
{
	char *end = NULL;

	plan->at = text != NULL ? strtol(text, &end, 10) : 0;
	if (plan->at < 1 || *end != '\0')
		misused("a point is a number from 1");
}

static void
take_failure(struct plan *plan, const char *name)
{
	for (size_t i = 0; name != NULL && i < FAILURES; i++)
		if (strcmp(failures[i].name, name) == 0)
			plan->failure = &failures[i];
	if (plan->failure == NULL)
		misused("no such error");
}

/* Takes the option at ARGV; returns how many words it had. */
static int
take(struct plan *plan, char **argv)
{
	bool fails = strcmp(argv[0], "--error") == 0 ||
		     strcmp(argv[0], "--from") == 0;

	if (strcmp(argv[0], "--no-tmpfile") == 0) {
		plan->no_tmpfile = true;
		return 1;
	}
	if (strcmp(argv[0], "--no-link") == 0) {
		plan->no_link = plan->no_tmpfile = true;
		return 1;
	}
	if (strcmp(argv[0], "--log") == 0 && argv[1] != NULL) {
		plan->log = fopen(argv[1], "we");
		if (plan->log == NULL)
			fail(argv[1]);
		return 2;
	}
	if (strcmp(argv[0], "--under") == 0 && argv[1] != NULL) {
		plan->under = argv[1];
		return 2;
	}
	if (fails) {
		plan->what = argv[0][2] == 'e' ? FAIL : FAIL_FROM;
		take_failure(plan, argv[1]);
		take_point(plan, argv[2]);
		return 3;
	}
	if (strcmp(argv[0], "--before") != 0 && strcmp(argv[0], "--after") != 0)
		misused(argv[0]);
	plan->what = argv[0][2] == 'b' ? BEFORE : AFTER;
	take_point(plan, argv[1]);
	return 2;
}

/* What is killed is dead when this ends, its children's children, too: they
 * become children of this process, which does not trace. */
int
main(int argc, char **argv)
{
	struct plan plan = { .what = COUNT };
	int code = CANNOT;
	int status;
	pid_t tracer;
	pid_t pid;

	for (argv++; argc > 1 && *argv != NULL && **argv == '-';)
		argv += take(&plan, argv);
	if (argc < 2 || *argv == NULL)
		misused("a command is missing");
	plan.command = argv;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		fail("prctl");
	tracer = fork();
	if (tracer < 0)
		fail("fork");
	if (tracer == 0)
		_exit(trace(&plan));
	while ((pid = waitpid(-1, &status, 0)) > 0 || errno == EINTR)
		if (pid == tracer)
			code = WIFEXITED(status) ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status);
	return code;
}

#else

int
main(void)
{
	fprintf(stderr, "cut: not on this architecture\n");
	return CANNOT;
}

#endif

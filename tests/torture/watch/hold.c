/* hold.c: the command that is watched, and the system calls at which it is held
 * until the watcher has looked. A filter of seccomp's tells of them: unlike
 * ptrace it leaves room for tests that trace.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "exec.h"
#include "files.h"
#include "hold.h"
#include "tree.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#ifndef __NR_fchmodat2
#define __NR_fchmodat2 452
#endif

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH 0 /* what is not known is not held, and tests/watch.t fails */
#endif

enum { MOST = 80 };

/* Those that a process is held at, always. */
static const int always[] = {
#ifdef __NR_chmod
	__NR_chmod,
#endif
#ifdef __NR_creat
	__NR_creat,
#endif
	__NR_execve, __NR_execveat, __NR_fchmod, __NR_fchmodat, __NR_fchmodat2,
	__NR_truncate, __NR_ftruncate, __NR_openat2
};

/* Those that may truncate, and which of their arguments says so. */
static const struct {
	int nr, flags;
} opens[] = {
#ifdef __NR_open
	{ __NR_open, 1 },
#endif
	{ __NR_openat, 2 }
};

static void
add(struct sock_fprog *to, struct sock_filter step)
{
	if (to->len == MOST)
		abort();
	to->filter[to->len++] = step;
}

static void
make_filter(struct sock_fprog *to)
{
	static const uint32_t hold = SECCOMP_RET_USER_NOTIF;
	static const uint32_t go = SECCOMP_RET_ALLOW;

	add(to, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, arch)));
	add(to, (struct sock_filter)BPF_JUMP(
		    BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0));
	add(to, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, go));
	add(to, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)));
	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
		add(to, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			    (uint32_t)always[i], 0, 1));
		add(to, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, hold));
	}
	for (size_t i = 0; i < sizeof opens / sizeof opens[0]; i++) {
		size_t at = offsetof(struct seccomp_data, args) +
			    (size_t)opens[i].flags * sizeof(uint64_t);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		at += 4;
#endif
		add(to, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			    (uint32_t)opens[i].nr, 0, 4));
		add(to, (struct sock_filter)BPF_STMT(
			    BPF_LD | BPF_W | BPF_ABS, (uint32_t)at));
		add(to, (struct sock_filter)BPF_JUMP(
			    BPF_JMP | BPF_JSET | BPF_K, O_TRUNC, 0, 1));
		add(to, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, hold));
		add(to, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, go));
	}
	add(to, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, go));
}

/* In the child: the filter on, its number told, and then the command. Root
 * needs no PR_SET_NO_NEW_PRIVS for it, which would change what tests see. */
static _Noreturn void
become(char **argv, int tell)
{
	struct sock_filter steps[MOST];
	struct sock_fprog filter = { .len = 0, .filter = steps };
	int listener;

	make_filter(&filter);
	listener = (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER,
	    SECCOMP_FILTER_FLAG_NEW_LISTENER |
		SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
	    &filter);
	if (write(tell, &listener, sizeof listener) !=
		(ssize_t)sizeof listener ||
	    listener < 0)
		_exit(127);
	execvp(argv[0], argv);
	_exit(127);
}

bool
hold_start(char **argv, pid_t *pid, int *listener)
{
	int ends[2], number = -1, process;

	if (pipe2(ends, O_CLOEXEC) != 0 || (*pid = fork()) < 0)
		return false;
	if (*pid == 0)
		become(argv, ends[1]);
	close(ends[1]);
	if (read(ends[0], &number, sizeof number) != (ssize_t)sizeof number)
		number = -1;
	close(ends[0]);
	process = (int)syscall(__NR_pidfd_open, *pid, 0);
	*listener = number < 0 || process < 0
			? -1
			: (int)syscall(__NR_pidfd_getfd, process, number, 0);
	close(process);
	return *listener >= 0;
}

static void
look(const struct seccomp_notif *held)
{
	pid_t pid = (pid_t)held->pid;
	const __u64 *args = held->data.args;
	char *path = NULL;

	switch (held->data.nr) {
	case __NR_execve:
		exec_look(pid, args[0], args[1], args[2]);
		break;
	case __NR_execveat:
		exec_look(pid, args[1], args[2], args[3]);
		break;
	case __NR_fchmod:
		files_mode(pid, (int)args[0], NULL, (mode_t)args[1]);
		break;
#ifdef __NR_chmod
	case __NR_chmod:
		path = exec_string(pid, args[0]);
		if (path != NULL)
			files_mode(pid, AT_FDCWD, path, (mode_t)args[1]);
		break;
#endif
	case __NR_fchmodat:
	case __NR_fchmodat2:
		path = exec_string(pid, args[1]);
		if (path != NULL)
			files_mode(pid, (int)args[0], path, (mode_t)args[2]);
		break;
	default: /* it truncates: what is there was looked at before */
		break;
	}
	free(path);
}

bool
hold_answer(int listener)
{
	struct seccomp_notif held;
	struct seccomp_notif_resp answer = {
		.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE
	};
	bool whole;

	memset(&held, 0, sizeof held);
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &held) != 0)
		return true; /* a kill was faster */
	whole = tree_update() && files_update();
	look(&held);
	answer.id = held.id;
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	return whole;
}

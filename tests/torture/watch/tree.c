/* tree.c: which process is whose, by the kernel's process events: a process
 * that is gone before anybody could look is known, too.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>

#include "tree.h"

enum { ROOM = 64 << 20 };

static struct {
	int fd;
	struct branch *all; /* by process id */
	pid_t most;
	char **names;
	size_t count;
} tree = { .fd = -1 };

/* Room for every process id that there can be. */
static bool
make_room(void)
{
	FILE *file = fopen("/proc/sys/kernel/pid_max", "re");

	if (file == NULL)
		return false;
	if (fscanf(file, "%d", &tree.most) != 1)
		tree.most = 0;
	fclose(file);
	tree.all = calloc((size_t)tree.most + 1, sizeof *tree.all);
	return tree.most > 0 && tree.all != NULL;
}

/* Asks the process connector to tell. */
static bool
subscribe(int fd)
{
	enum proc_cn_mcast_op op = PROC_CN_MCAST_LISTEN;
	unsigned char bytes[NLMSG_SPACE(sizeof(struct cn_msg) + sizeof op)] = {
		0
	};
	struct nlmsghdr *head = (void *)bytes;
	struct cn_msg *message = NLMSG_DATA(head);

	head->nlmsg_len = NLMSG_LENGTH(sizeof *message + sizeof op);
	head->nlmsg_type = NLMSG_DONE;
	message->id = (struct cb_id){ CN_IDX_PROC, CN_VAL_PROC };
	message->len = sizeof op;
	memcpy(message->data, &op, sizeof op);
	return send(fd, head, head->nlmsg_len, 0) == (ssize_t)head->nlmsg_len;
}

bool
tree_start(int *fd)
{
	struct sockaddr_nl group = { .nl_family = AF_NETLINK,
		.nl_groups = CN_IDX_PROC };
	int room = ROOM;

	tree.fd =
	    socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_CONNECTOR);
	*fd = tree.fd;
	return tree.fd >= 0 && make_room() &&
	       setsockopt(tree.fd, SOL_SOCKET, SO_RCVBUFFORCE, &room,
		   sizeof room) == 0 &&
	       bind(tree.fd, (void *)&group, sizeof group) == 0 &&
	       subscribe(tree.fd);
}

struct branch *
tree_at(pid_t pid)
{
	return &tree.all[pid > 0 && pid <= tree.most ? pid : 0];
}

const char *
tree_name(const char *name)
{
	for (size_t i = 0; i < tree.count; i++)
		if (strcmp(tree.names[i], name) == 0)
			return tree.names[i];
	tree.names =
	    reallocarray(tree.names, tree.count + 1, sizeof *tree.names);
	if (tree.names == NULL ||
	    (tree.names[tree.count] = strdup(name)) == NULL)
		abort();
	return tree.names[tree.count++];
}

static void
take(const struct proc_event *event)
{
	pid_t child = event->event_data.fork.child_pid;

	if (event->what != PROC_EVENT_FORK)
		return;
	*tree_at(child) = *tree_at(event->event_data.fork.parent_tgid);
	tree_at(child)->first = false;
}

bool
tree_update(void)
{
	_Alignas(struct nlmsghdr) unsigned char bytes[8192];
	bool whole = true;
	ssize_t got;

	for (;;) {
		struct nlmsghdr *head = (void *)bytes;
		int left;

		got = recv(tree.fd, bytes, sizeof bytes, MSG_DONTWAIT);
		if (got < 0 && errno == ENOBUFS)
			whole = false;
		else if (got < 0 && errno != EINTR)
			return whole;
		for (left = (int)got;
		     left > 0 && NLMSG_OK(head, (unsigned)left);
		     head = NLMSG_NEXT(head, left))
			take((const void *)((struct cn_msg *)NLMSG_DATA(head))
				 ->data);
	}
}

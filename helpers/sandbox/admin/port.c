/* port.c: finds a TCP port that is free.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exit.h"
#include "fault.h"
#include "sandbox/admin/order.h"

/* The system's choice for FD at AT, which is called ADDRESS: the answer. */
static bool
choose(
    int fd, const char *address, const struct addrinfo *at, struct order *order)
{
	struct sockaddr_storage got;
	struct sockaddr *bound = (struct sockaddr *)&got;
	socklen_t len = sizeof got;
	char port[sizeof "65535"];

	if (fd < 0 || bind(fd, at->ai_addr, at->ai_addrlen) != 0 ||
	    getsockname(fd, bound, &len) != 0)
		return fault(EXIT_LOCAL, "%s: %s", address, strerror(errno));
	if (getnameinfo(
		bound, len, NULL, 0, port, sizeof port, NI_NUMERICSERV) != 0)
		return fault(EXIT_LOCAL, "%s: no such family", address);
	return buf_print(&order->out, "%s\n", port);
}

/* It stays free unless another program is faster. */
bool
run_free_port(struct order *order)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	const char *address = order_operand(order, 0);
	struct addrinfo *at = NULL;
	bool ok;
	int fd;
	int rc;

	if (address == NULL)
		address = "127.0.0.1";
	rc = getaddrinfo(address, "0", &hints, &at);
	if (rc != 0)
		return fault(EXIT_USAGE, "%s: not an IP address: %s", address,
		    gai_strerror(rc));
	fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ok = choose(fd, address, at, order);
	if (fd >= 0)
		close(fd);
	freeaddrinfo(at);
	return ok;
}

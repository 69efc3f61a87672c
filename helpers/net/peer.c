/* peer.c: a server's name and port.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "exit.h"
#include "fault.h"
#include "msg.h"
#include "peer.h"
#include "span.h"

/* Reads ":PORT"; an empty TEXT leaves PORT alone. */
static bool
parse_port(const char *text, int *port)
{
	char *end;
	long number;

	if (text[0] == '\0')
		return true;
	if (text[0] != ':' || text[1] < '0' || text[1] > '9')
		return false;
	number = strtol(text + 1, &end, 10);
	if (*end != '\0' || number < 1 || number > 65535)
		return false;
	*port = (int)number;
	return true;
}

bool
peer_parse(const char *text, struct buf *host, int *port)
{
	const char *start = text;
	const char *colon = strchr(text, ':');
	const char *rest;
	size_t len;

	if (text[0] == '[') {
		start = text + 1;
		len = strcspn(start, "]");
		rest = start[len] == ']' ? start + len + 1 : "?";
	} else if (colon != NULL && strchr(colon + 1, ':') != NULL) {
		len = strlen(text);
		rest = "";
	} else {
		len = strcspn(text, ":");
		rest = text + len;
	}
	if (len == 0 || !parse_port(rest, port))
		return fault(EXIT_USAGE, "%s: not HOST or HOST:PORT", text);
	return buf_add(host, start, len);
}

bool
peer_print(const char *host, int port, struct buf *out)
{
	return buf_print(
	    out, strchr(host, ':') != NULL ? "[%s]:%d" : "%s:%d", host, port);
}

bool
peer_is_address(const char *host)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, bytes) == 1 ||
	       inet_pton(AF_INET6, host, bytes) == 1;
}

static bool
print_addresses(const struct addrinfo *list, int *count, struct buf *out)
{
	char text[NI_MAXHOST];

	for (*count = 0; list != NULL; list = list->ai_next) {
		*count += 1;
		if (getnameinfo(list->ai_addr, list->ai_addrlen, text,
			sizeof text, NULL, 0, NI_NUMERICHOST) != 0)
			continue;
		if (!buf_print(out, " %s", text))
			return false;
	}
	return true;
}

bool
peer_look_up(const char *host, int *count)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	struct buf text = { 0 };
	int64_t began = clock_ms();
	int rc = getaddrinfo(host, NULL, &hints, &list);
	bool ok;

	if (rc != 0)
		return fault(EXIT_NONET, "%s: %s", host, gai_strerror(rc));
	ok = print_addresses(list, count, &text);
	freeaddrinfo(list);
	if (ok)
		msg_trace("%s: looked up in %lld ms:%s", host,
		    (long long)(clock_ms() - began), buf_text(&text));
	buf_free(&text);
	return ok;
}

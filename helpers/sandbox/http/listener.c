/* listener.c: one port, with TLS or without, on which the tenant answers.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "fault.h"
#include "sandbox/http/listener.h"
#include "sandbox/http/shown.h"

/* the longest request is a table of some ten thousand rows: what is longer is
 * cut, and is no request then */
enum { BODY_LIMIT = 8 * 1024 * 1024, IDLE_SECONDS = 75 };

static const struct route anything = { "*", "*", exchange_not_found };

static size_t
count_routes(const struct route *routes)
{
	size_t count = 0;

	while (routes != NULL && routes[count].method != NULL)
		count++;
	return count;
}

/* Binds COUNT of ROUTES; AT is the next binding that is free. */
static bool
add_table(struct listener *listener, const struct binding *common,
    const struct route *routes, size_t count, struct binding **at)
{
	for (size_t i = 0; i < count; i++, (*at)++) {
		**at = *common;
		(*at)->route = &routes[i];
		if (ulfius_add_endpoint_by_val(&listener->instance,
			routes[i].method, NULL, routes[i].path, 0, exchange_run,
			*at) != U_OK)
			return fault_memory();
	}
	return true;
}

static bool
add_routes(struct listener *listener, const struct listener_rules *rules)
{
	const struct binding common = { &anything, rules->tenant, rules->name,
		listener, rules->files, rules->guard };
	size_t count = count_routes(rules->routes);
	size_t more = count_routes(rules->also);
	struct binding *bound;

	bound = calloc(count + more + 1, sizeof *bound);
	listener->bindings = bound;
	if (bound == NULL)
		return fault_memory();
	if (!add_table(listener, &common, rules->routes, count, &bound) ||
	    !add_table(listener, &common, rules->also, more, &bound))
		return false;
	*bound = common;
	return ulfius_set_default_endpoint(
		   &listener->instance, exchange_run, bound) == U_OK ||
	       fault_memory();
}

static bool
find_address(const struct listener_rules *rules, struct addrinfo **found)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	char port[sizeof "65535"];
	int rc;

	snprintf(port, sizeof port, "%u", (unsigned)rules->port & 0xffff);
	rc = getaddrinfo(rules->address, port, &hints, found);
	if (rc != 0)
		return fault(
		    EXIT_USAGE, "%s: %s", rules->address, gai_strerror(rc));
	return true;
}

/* Is AT, an address of IPv6, all of this machine's? Those of IPv4 are, too. */
static bool
is_any(const struct addrinfo *at)
{
	const struct sockaddr_in6 *address = (const void *)at->ai_addr;

	return IN6_IS_ADDR_UNSPECIFIED(&address->sin6_addr);
}

/* By options of libmicrohttpd: ulfius's own functions refuse port 0. */
static bool
start(struct listener *listener, const struct listener_rules *rules,
    struct addrinfo *at)
{
	struct MHD_OptionItem options[] = {
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)mhd_request_completed,
		    NULL },
		{ MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)exchange_begin, NULL },
		{ MHD_OPTION_SOCK_ADDR, 0, at->ai_addr },
		{ MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, NULL },
		{ MHD_OPTION_END, 0, NULL },
		{ MHD_OPTION_END, 0, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};
	unsigned flags = MHD_USE_THREAD_PER_CONNECTION |
			 MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO;

	if (at->ai_family == AF_INET6)
		flags |= is_any(at) ? MHD_USE_DUAL_STACK : MHD_USE_IPv6;
	if (!rules->plain) {
		flags |= MHD_USE_TLS;
		options[4] =
		    (struct MHD_OptionItem){ MHD_OPTION_HTTPS_CERT_CALLBACK, 0,
			    (void *)shown_choose };
	}
	if (rules->client_ca != NULL)
		options[5] =
		    (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_TRUST, 0,
			    rules->client_ca->data };
	errno = 0;
	if (ulfius_start_framework_with_mhd_options(
		&listener->instance, flags, options) == U_OK)
		return true;
	return fault(EXIT_LOCAL, "%s port %d: cannot listen: %s",
	    rules->address, rules->port,
	    errno != 0 ? strerror(errno) : "bad certificate or key");
}

bool
listener_start(struct listener *listener, const struct listener_rules *rules)
{
	struct addrinfo *at = NULL;
	bool ok;

	memset(listener, 0, sizeof *listener);
	/* any port but 0, which it refuses: the right one is set behind it */
	if (ulfius_init_instance(&listener->instance, 1, NULL, NULL) != U_OK)
		return fault_memory();
	listener->instance.port = (unsigned)rules->port;
	listener->instance.max_post_body_size = BODY_LIMIT;
	/* it would lose what is not UTF-8, and a block that ends within a
	 * character: form.h reads forms */
	listener->instance.allowed_post_processor = U_POST_PROCESS_NONE;
	ok = add_routes(listener, rules) && find_address(rules, &at) &&
	     start(listener, rules, at);
	if (at != NULL)
		freeaddrinfo(at);
	if (!ok)
		listener_stop(listener);
	return ok;
}

unsigned
listener_port(const struct listener *listener)
{
	const union MHD_DaemonInfo *info;

	info = MHD_get_daemon_info(
	    listener->instance.mhd_daemon, MHD_DAEMON_INFO_BIND_PORT);
	return info != NULL ? info->port : 0;
}

void
listener_stop(struct listener *listener)
{
	if (listener->instance.mhd_daemon != NULL)
		ulfius_stop_framework(&listener->instance);
	if (listener->bindings != NULL)
		ulfius_clean_instance(&listener->instance);
	free(listener->bindings);
	listener->bindings = NULL;
}

/* listener.h: one port, with TLS or without, on which the tenant answers.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_LISTENER_H
#define SANDBOX_LISTENER_H

#include <stdbool.h>
#include <ulfius.h>

#include "buf.h"
#include "sandbox/http/exchange.h"
#include "sandbox/state/tenant.h"

/* What a port needs; its certificate is that of shown.h. The texts must live as long as the port does. */
struct listener_rules {
	struct tenant *tenant;
	const char *name; /* for the log: "https" ... */
	const struct route *routes;
	const struct route *also; /* more of them; or NULL */
	bool (*guard)(struct exchange *exchange); /* asked first; or NULL */
	const char *files; /* the directory of what it serves; or NULL */
	bool plain; /* without TLS */
	struct buf *client_ca; /* ask clients for a certificate, best by one
				 * of these, PEM; NULL: don't ask */
	const char *address; /* IPv4 or IPv6, a number */
	int port; /* 0: any that is free */
};

struct listener {
	struct _u_instance instance;
	struct binding *bindings;
};

/* Opens the port, and answers in threads of its own until listener_stop, which
 * must be called then. EXIT_USAGE: the address is none; EXIT_LOCAL: it cannot
 * be listened on, or certificate and key cannot be used. */
bool listener_start(
    struct listener *listener, const struct listener_rules *rules);

/* The port it listens on. */
unsigned listener_port(const struct listener *listener);

/* Closes the port and waits for what is under way; one that never started is
 * nothing to do. */
void listener_stop(struct listener *listener);

#endif

/* raw.c: answers that no HTTP library would send: byte by byte, past it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <poll.h>
#include <sys/socket.h>

#include "sandbox/http/raw.h"

enum { TICK_MS = 200, PATIENCE = 300 }; /* ticks without a byte taken: 60 s */

static bool
is_stopping(struct tenant *tenant)
{
	bool stopping;

	pthread_mutex_lock(&tenant->lock);
	stopping = tenant->stopping;
	pthread_mutex_unlock(&tenant->lock);
	return stopping;
}

static bool
send_all(struct exchange *x, const char *data, size_t len)
{
	struct pollfd wait = { .fd = x->socket, .events = POLLOUT };
	int ticks = 0;

	/* the page's port has none, and is not what this is about */
	if (x->tls == NULL)
		return false;
	while (len > 0) {
		ssize_t sent = gnutls_record_send(x->tls, data, len);

		if (sent > 0) {
			data += sent;
			len -= (size_t)sent;
			ticks = 0;
		} else if (sent != GNUTLS_E_AGAIN &&
			   sent != GNUTLS_E_INTERRUPTED) {
			return false;
		} else if (++ticks > PATIENCE || is_stopping(x->tenant)) {
			return false;
		} else {
			poll(&wait, 1, TICK_MS);
		}
	}
	return true;
}

bool
raw_send(struct exchange *exchange, const void *data, size_t len)
{
	bool ok;

	pthread_mutex_unlock(&exchange->tenant->lock);
	ok = send_all(exchange, data, len);
	pthread_mutex_lock(&exchange->tenant->lock);
	return ok;
}

void
raw_end(const struct exchange *exchange)
{
	shutdown(exchange->socket, SHUT_WR);
}

void
raw_reset(const struct exchange *exchange)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };
	const struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

	/* the first for systems on which the second does nothing: Linux resets
	 * a connection that is told to have no peer any more */
	setsockopt(exchange->socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	connect(exchange->socket, &nowhere, sizeof nowhere);
}

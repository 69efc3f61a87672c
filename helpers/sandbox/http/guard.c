/* guard.c: what a browser may ask of the port with the web page.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sandbox/http/guard.h"

/* 80 goes without saying */
enum { PORT_HTTP = 80 };

static const char *const names[] = { "127.0.0.1", "localhost", "[::1]" };

static const struct {
	const char *name;
	const char *value;
} headers[] = {
	{ "Content-Security-Policy",
	    "default-src 'self'; base-uri 'none'; form-action 'self'; "
	    "frame-ancestors 'none'; object-src 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Cache-Control", "no-store" },
};

/* A name that resolves to here, but is not ours, is how another site's page
 * would get at this port (DNS rebinding). */
static bool
is_here(const char *host, unsigned port)
{
	char text[sizeof ":4294967295"];

	snprintf(text, sizeof text, ":%u", port);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t len = strlen(names[i]);

		if (strncasecmp(host, names[i], len) != 0)
			continue;
		if (strcmp(host + len, text) == 0 ||
		    (port == PORT_HTTP && host[len] == '\0'))
			return true;
	}
	return false;
}

/* Does a page of another site ask? A browser says so in one of two headers;
 * what is no browser has neither. */
static bool
is_foreign(struct exchange *x, const char *host)
{
	static const char scheme[] = "http://";
	const char *origin = exchange_header(x, "Origin");
	const char *site = exchange_header(x, "Sec-Fetch-Site");

	if (origin != NULL &&
	    (strncmp(origin, scheme, sizeof scheme - 1) != 0 ||
		strcasecmp(origin + sizeof scheme - 1, host) != 0))
		return true;
	return site != NULL && strcmp(site, "same-origin") != 0 &&
	       strcmp(site, "none") != 0;
}

bool
guard_page(struct exchange *x)
{
	const char *host = exchange_header(x, "Host");

	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
		if (!exchange_add_header(x, headers[i].name, headers[i].value))
			return false;
	if (host == NULL || !is_here(host, x->listens))
		return exchange_forbidden(
		    x, "Host is not this machine and this port");
	if (is_foreign(x, host))
		return exchange_forbidden(x, "Another site's page asks");
	x->challenge = "Basic realm=\"certcycle sandbox\", charset=\"UTF-8\"";
	return true;
}

/* misbehave.c: the wrong answers that need no certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>

#include "sandbox/api/misbehave.h"

/* longer than a client should wait, short enough for a forgotten one */
enum { SILENCE = 60 };

static const struct reply {
	unsigned status;
	const char *retry_after; /* seconds */
	const char *error; /* NULL: an empty body */
	const char *message;
} replies[] = {
	[FAULT_PENDING] = { 202, "1", NULL, NULL },
	[FAULT_BUSY] = { 503, "1", "general/unavailable",
	    "The service is busy, try again later" },
	[FAULT_REFUSED] = { 403, NULL, "security/Forbidden",
	    "Access is denied" },
	[FAULT_ERROR] = { 500, NULL, "general/internalError",
	    "Something failed on the server" },
	/* nobody is expected to be there for it any more */
	[FAULT_SILENT] = { 503, NULL, "general/unavailable",
	    "The server was told to be silent" },
};

bool
misbehave(struct exchange *exchange, enum fault_kind kind)
{
	const struct reply *reply;

	if (kind >= sizeof replies / sizeof replies[0] ||
	    replies[kind].status == 0)
		return false;
	reply = &replies[kind];
	if (kind == FAULT_SILENT)
		tenant_idle(exchange->tenant, SILENCE);
	if (reply->retry_after != NULL &&
	    !exchange_add_header(exchange, "Retry-After", reply->retry_after))
		return false;
	if (reply->error == NULL)
		return exchange_answer(exchange, reply->status, NULL, NULL, 0);
	exchange_refuse(exchange, reply->status, reply->error, reply->message);
	return true;
}

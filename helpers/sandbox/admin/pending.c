/* pending.c: decides about certificate requests that wait.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "exit.h"
#include "fault.h"
#include "sandbox/admin/order.h"
#include "sandbox/state/pending.h"
#include "text.h"

/* A common name may be any text. */
static bool
print_pending(const struct pending *pending, void *data)
{
	struct buf *out = data;

	return buf_print(out, "%lld\t", (long long)pending->number) &&
	       text_escape(pending->id, strlen(pending->id), out) &&
	       buf_print(
		   out, "\t%s\t%s\n", pending->operation, pending->status);
}

bool
run_pending(struct order *order)
{
	return pending_each(&order->store, print_pending, &order->out);
}

static bool
decide(struct order *order, const char *status)
{
	const char *id = order_operand(order, 0);
	int64_t count;

	if ((id != NULL) == order->all)
		return fault(EXIT_USAGE, "an id or --all, one of them");
	return pending_decide(&order->store, id, status, &count) &&
	       (count > 0 || id == NULL ||
		   fault(EXIT_DATA, "%s: no request of it waits", id));
}

bool
run_approve(struct order *order)
{
	return decide(order, PENDING_APPROVED);
}

bool
run_deny(struct order *order)
{
	return decide(order, PENDING_DENIED);
}

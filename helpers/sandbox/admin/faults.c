/* faults.c: orders what the tenant shall do wrong.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "fault.h"
#include "sandbox/admin/order.h"
#include "sandbox/admin/table.h"
#include "sandbox/state/faults.h"
#include "text.h"

static bool
list_kinds(struct order *order)
{
	struct table table = { { "KIND", "WHERE", "WHAT" }, { 18, 11 }, false };
	bool ok = table_begin(&table, &order->out);

	for (int kind = FAULT_NONE + 1; ok && kind < FAULT_KINDS; kind++) {
		const struct fault_row *row = faults_row((enum fault_kind)kind);
		const char *const fields[] = { row->name,
			faults_scope_name(row->scope), row->words };

		ok = table_line(&table, fields, &order->out);
	}
	return ok;
}

static bool
no_such_kind(const char *name)
{
	struct buf names = { 0 };

	for (int kind = FAULT_NONE + 1; kind < FAULT_KINDS; kind++)
		buf_print(
		    &names, " %s", faults_row((enum fault_kind)kind)->name);
	fault(EXIT_USAGE, "%s: no such fault; there are%s", name,
	    buf_text(&names));
	buf_free(&names);
	return false;
}

/* The second operand, or --count, or of what lasts --seconds; 1 if none is. */
static bool
read_count(const struct order *order, const struct fault_row *row,
    struct fault_wish *wish)
{
	const char *text = order_operand(order, 1);
	char *end;

	wish->seconds = order->seconds;
	wish->count = order->times >= 0 ? order->times : 1;
	if (row->scope == FAULT_AT_BROKER && order->seconds >= 0) {
		wish->count = order->seconds;
		wish->seconds = -1;
	}
	if (text == NULL)
		return true;
	errno = 0;
	wish->count = strtoll(text, &end, 10);
	if (end != text && *end == '\0' && errno == 0 && wish->count >= 0 &&
	    wish->count <= INT32_MAX)
		return true;
	return fault(EXIT_USAGE, "%s: not a number from 0 up", text);
}

bool
run_fault(struct order *order)
{
	const char *name = order_operand(order, 0);
	struct fault_wish wish = {
		.device = order->device != NULL ? order->device : ""
	};

	if (order->list)
		return list_kinds(order);
	if (name == NULL)
		return fault(EXIT_USAGE, "fault: a kind is missing");
	if (order->device != NULL && !text_check_id(order->device))
		return false;
	if (strcmp(name, "none") == 0)
		return faults_clear(&order->store, order->device);
	wish.kind = faults_find(name);
	if (wish.kind == FAULT_NONE)
		return no_such_kind(name);
	return read_count(order, faults_row(wish.kind), &wish) &&
	       faults_set(&order->store, &wish);
}

struct listing {
	struct table table;
	struct buf *out;
};

static bool
print_fault(const struct fault_set *set, void *data)
{
	struct listing *listing = data;
	const struct fault_row *row = faults_row(set->kind);
	struct buf left = { 0 };
	struct buf seconds = { 0 };
	bool ok;

	ok = buf_print(&left, "%lld%s", (long long)set->remaining,
		 row->scope == FAULT_AT_BROKER ? "s" : "") &&
	     (set->seconds == 0 ||
		 buf_print(&seconds, "%lld", (long long)set->seconds));
	if (ok) {
		const char *const fields[] = { row->name, buf_text(&left),
			set->device, buf_text(&seconds), row->words };

		ok = table_line(&listing->table, fields, listing->out);
	}
	buf_free(&left);
	buf_free(&seconds);
	return ok;
}

bool
run_faults(struct order *order)
{
	struct listing listing = {
		{ { "KIND", "LEFT", "DEVICE", "SECONDS", "WHAT" },
		    { 18, 6, 16, 7 }, false },
		&order->out
	};

	return table_begin(&listing.table, &order->out) &&
	       faults_each(&order->store, print_fault, &listing);
}

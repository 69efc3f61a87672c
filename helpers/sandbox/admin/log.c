/* log.c: prints what came in.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "file.h"
#include "sandbox/admin/order.h"
#include "sandbox/admin/table.h"
#include "sandbox/state/log.h"

enum { PAUSE_MS = 500, FIRST_LINES = 10 };

struct printing {
	struct table table;
	struct order *order;
	int64_t last; /* the id of the last entry */
};

/* "2026-11-21T13:00:00.000Z" in OUT. */
static void
print_time(int64_t at, char out[32])
{
	time_t seconds = (time_t)(at / 1000);
	struct tm tm;
	size_t len;

	gmtime_r(&seconds, &tm);
	len = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + len, 32 - len, ".%03dZ", (int)(at % 1000));
}

static bool
print_json(const struct log_entry *entry, const char *when, struct buf *out)
{
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:f, s:s}",
	    "time", when, "port", entry->port, "method", entry->method, "path",
	    entry->path, "device", entry->device, "status",
	    (json_int_t)entry->status, "ms", (double)entry->took / 1000, "note",
	    entry->note);
	char *text = json != NULL ? json_dumps(json,
					JSON_COMPACT | JSON_REAL_PRECISION(6))
				  : NULL;
	bool ok = text != NULL ? buf_print(out, "%s\n", text) : fault_memory();

	json_decref(json);
	free(text);
	return ok;
}

static bool
print_fields(const struct printing *printing, const struct log_entry *entry,
    const char *when, struct buf *out)
{
	struct buf status = { 0 };
	struct buf took = { 0 };
	bool ok;

	ok = buf_print(&status, "%lld", (long long)entry->status) &&
	     buf_print(&took, "%.1f", (double)entry->took / 1000);
	if (ok) {
		const char *const fields[] = { when, entry->port, entry->method,
			entry->path, entry->device, buf_text(&status),
			buf_text(&took), entry->note };

		ok = table_line(&printing->table, fields, out);
	}
	buf_free(&status);
	buf_free(&took);
	return ok;
}

static bool
print_entry(const struct log_entry *entry, void *data)
{
	struct printing *printing = data;
	struct order *order = printing->order;
	char when[32];

	printing->last = entry->id;
	print_time(entry->at, when);
	return order->json ? print_json(entry, when, &order->out)
			   : print_fields(printing, entry, when, &order->out);
}

/* Prints the last MOST of what came since the last time. */
static bool
print_new(struct printing *printing, int64_t most)
{
	struct order *order = printing->order;
	bool ok;

	ok = log_each(&order->store, printing->last, most, order->device,
		 print_entry, printing) &&
	     (order->out.len == 0 ||
		 file_print(order->out.data, order->out.len));
	buf_free(&order->out);
	return ok;
}

/* Waits. False: a signal of SIGNALS came, nobody reads what is printed, or the
 * sandbox was removed. */
static bool
wait_for_more(const struct order *order, const sigset_t *signals)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	struct pollfd reader = { .fd = STDOUT_FILENO, .events = 0 };
	struct buf path = { 0 };
	bool there;

	if (sigtimedwait(signals, NULL, &pause) > 0)
		return false;
	if (poll(&reader, 1, 0) > 0 && (reader.revents & POLLERR) != 0)
		return false;
	there = buf_print(&path, "%s/sandbox.db", order->dir) &&
		access(buf_text(&path), F_OK) == 0;
	buf_free(&path);
	return there;
}

bool
run_log(struct order *order)
{
	struct printing printing = { { { "TIME", "PORT", "METHOD", "PATH",
					   "DEVICE", "STATUS", "MS", "NOTE" },
					 { 24, 5, 9, 32, 16, 6, 7 }, false },
		order, 0 };
	int64_t most = order->follow ? FIRST_LINES : LOG_KEPT * 2;
	sigset_t signals;
	bool ok;

	if (order->lines >= 0)
		most = order->lines;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	if (order->follow)
		sigprocmask(SIG_BLOCK, &signals, NULL);
	ok = (order->json || table_begin(&printing.table, &order->out)) &&
	     print_new(&printing, most);
	while (ok && order->follow && wait_for_more(order, &signals))
		ok = print_new(&printing, LOG_KEPT * 2);
	return ok;
}

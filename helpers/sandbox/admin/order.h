/* order.h: what sandbox-admin was told to do.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ORDER_H
#define SANDBOX_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "sandbox/state/store.h"

/* What the command line says, and what the command answers. */
struct order {
	const char *dir;
	char **operands;
	int count; /* of OPERANDS */
	const char *password_file; /* NULL: not given; and so below */
	const char *device;
	struct buf roles; /* with blanks between */
	bool remove;
	bool all;
	bool list;
	bool follow;
	bool json;
	int64_t times; /* -1: not given; and so below */
	int64_t seconds;
	int64_t lines;
	struct store store; /* where the command needs it */
	struct buf out; /* printed behind it */
};

/* The OPERAND from 0 up; NULL where there are not so many. */
const char *order_operand(const struct order *order, int at);

/* init.c: makes in DIR what is missing of the tenant's state. */
bool run_init(struct order *order);

/* devices.c: registers one and answers its password; removes one; lists them. */
bool run_register(struct order *order);
bool run_remove(struct order *order);
bool run_devices(struct order *order);

/* faults.c: sets one, forgets one or all, lists the kinds; lists what is set. */
bool run_fault(struct order *order);
bool run_faults(struct order *order);

/* log.c: what came in, and, with FOLLOW, what comes, until SIGINT or SIGTERM, or
 * until no one reads it. */
bool run_log(struct order *order);

/* settings.c: sets NAME=VALUE, all or none; lists them. */
bool run_set(struct order *order);
bool run_settings(struct order *order);

/* users.c: makes, changes or removes one; lists them. */
bool run_user(struct order *order);
bool run_users(struct order *order);

/* pending.c: lists what waits for an approval; decides about one device's, or
 * about ALL. */
bool run_pending(struct order *order);
bool run_approve(struct order *order);
bool run_deny(struct order *order);

/* port.c: answers a TCP port that is free at this moment, of the address that is
 * the operand, 127.0.0.1 if none is. EXIT_USAGE: that is no address; EXIT_LOCAL:
 * not one of this machine's. */
bool run_free_port(struct order *order);

#endif

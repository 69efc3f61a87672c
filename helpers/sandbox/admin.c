/* sandbox-admin: what a person does in the tenant's user interface, and what
 * its makers would rather not: register devices, order faults.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "key.h"
#include "msg.h"
#include "sandbox/state/authority.h"
#include "sandbox/state/device.h"
#include "sandbox/state/faults.h"
#include "sandbox/state/pending.h"
#include "sandbox/state/random.h"
#include "sandbox/state/settings.h"
#include "sandbox/state/store.h"
#include "sandbox/state/user.h"
#include "text.h"
#include "x509.h"

enum { OPT_DIR = CLI_LONG, OPT_PASSWORD, OPT_COUNT };

enum { PASSWORD_LEN = 32 };

static const struct cli_option options[] = {
	{ OPT_DIR, "dir", "DIR", "the tenant's files" },
	{ OPT_PASSWORD, "password-file", "FILE",
	    "register: its first line is the one-time password" },
	{ OPT_COUNT, "count", "N",
	    "fault: so many requests have it: 1; 0: none any more" },
	{ 0 },
};

/* What the command line says, and what the command answers. */
struct order {
	const char *dir;
	const char *object; /* the command's operand */
	const char *password_file;
	int64_t count;
	struct store store;
	struct buf out;
};

/* Makes DIR/NAME, for its owner alone, with what MAKE adds to a buffer; one
 * that is there stays. */
static bool
make_file(
    const struct order *order, const char *name, bool (*make)(struct buf *out))
{
	struct buf path = { 0 };
	struct buf text = { 0 };
	bool ok;

	ok = buf_print(&path, "%s/%s", order->dir, name);
	if (ok && access(buf_text(&path), F_OK) != 0)
		ok = make(&text) &&
		     file_create(buf_text(&path), 0600, text.data, text.len);
	buf_free(&text);
	buf_free(&path);
	return ok;
}

static bool
make_jwt_key(struct buf *out)
{
	gnutls_privkey_t key = NULL;
	bool ok = key_generate("rsa-2048", NULL, &key, out);

	key_free(key);
	return ok;
}

/* What user_each calls: there is one. */
static bool
note_user(const struct user *user, void *data)
{
	return buf_print(data, "%s:%s\n", user->name, user->password);
}

/* A user, where there is none called NAME, and FILE with the login. */
static bool
make_login(struct order *order, const char *name, const char *roles,
    const char *file)
{
	struct buf path = { 0 };
	struct buf password = { 0 };
	struct buf login = { 0 };
	struct user user = { .name = name, .roles = roles, .enabled = true };
	bool ok;

	ok = user_each(&order->store, name, note_user, &login);
	if (ok && login.len == 0) {
		ok = random_text(PASSWORD_LEN, &password);
		user.password = buf_text(&password);
		ok = ok && user_put(&order->store, &user) &&
		     note_user(&user, &login);
	}
	ok = ok && buf_print(&path, "%s/%s", order->dir, file) &&
	     file_replace(buf_text(&path), 0600, login.data, login.len);
	buf_free(&path);
	buf_free(&password);
	buf_free(&login);
	return ok;
}

/* The tenant's CA, for a tenant that is new: its jwt.key comes next. One that was
 * removed later does not come back, and one that was put there stays. */
static bool
make_authority(struct order *order)
{
	struct buf key = { 0 };
	struct buf crt = { 0 };
	struct issuer issuer = { .key = NULL };
	bool ok;

	ok = buf_print(&key, "%s/jwt.key", order->dir) &&
	     buf_print(&crt, "%s/ca.pem", order->dir);
	if (ok && access(buf_text(&key), F_OK) != 0 &&
	    access(buf_text(&crt), F_OK) != 0)
		ok =
		    authority_create(&order->store, order->dir, false, &issuer);
	authority_close(&issuer);
	buf_free(&key);
	buf_free(&crt);
	return ok;
}

static bool
run_init(struct order *order)
{
	umask(077);
	return store_create(order->dir) &&
	       store_open(order->dir, &order->store) && make_authority(order) &&
	       make_file(order, "jwt.key", make_jwt_key) &&
	       make_login(order, USER_FIRST, user_all_roles(), "operator") &&
	       make_login(
		   order, USER_BOOTSTRAP, USER_BOOTSTRAP_ROLE, "bootstrap");
}

static bool
run_register(struct order *order)
{
	struct buf otp = { 0 };
	bool ok;

	ok = text_check_id(order->object) &&
	     (order->password_file != NULL
		     ? file_read_secret(order->password_file, &otp)
		     : random_text(PASSWORD_LEN, &otp)) &&
	     device_check_password(buf_text(&otp)) &&
	     device_register(
		 &order->store, order->object, buf_text(&otp), NULL) &&
	     buf_print(&order->out, "%s\n", buf_text(&otp));
	buf_free(&otp);
	return ok;
}

static bool
run_remove(struct order *order)
{
	bool was;

	return text_check_id(order->object) &&
	       device_remove(&order->store, order->object, &was);
}

static bool
print_device(const struct device *device, void *data)
{
	return buf_print(data, "%s\t%s\t%lld\n", device->id, device->status,
	    (long long)device->certificates);
}

static bool
run_devices(struct order *order)
{
	return device_each(&order->store, NULL, print_device, &order->out);
}

static bool
run_fault(struct order *order)
{
	enum fault_kind kind = faults_find(order->object);

	if (kind == FAULT_NONE)
		return fault(EXIT_USAGE, "%s: no such fault; there are %s",
		    order->object, faults_names());
	return faults_set(&order->store, kind, order->count);
}

static bool
print_fault(const char *name, int64_t remaining, void *data)
{
	return buf_print(data, "%s\t%lld\n", name, (long long)remaining);
}

static bool
run_faults(struct order *order)
{
	return faults_each(&order->store, print_fault, &order->out);
}

static bool
run_set(struct order *order)
{
	return settings_put(&order->store, order->object);
}

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

static bool
run_pending(struct order *order)
{
	return pending_each(&order->store, print_pending, &order->out);
}

static bool
decide(struct order *order, const char *id, const char *status)
{
	int64_t count;

	return pending_decide(&order->store, id, status, &count) &&
	       (count > 0 || id == NULL ||
		   fault(EXIT_DATA, "%s: no request of it waits", id));
}

static bool
run_approve(struct order *order)
{
	return decide(order, order->object, PENDING_APPROVED);
}

static bool
run_approve_all(struct order *order)
{
	return decide(order, NULL, PENDING_APPROVED);
}

static bool
run_deny(struct order *order)
{
	return decide(order, order->object, PENDING_DENIED);
}

static bool
run_deny_all(struct order *order)
{
	return decide(order, NULL, PENDING_DENIED);
}

/* The system's choice; it stays free unless another program is faster. */
static bool
run_free_port(struct order *order)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok;

	ok = fd >= 0 && bind(fd, (struct sockaddr *)&at, len) == 0 &&
	     getsockname(fd, (struct sockaddr *)&at, &len) == 0;
	if (!ok)
		fault(EXIT_LOCAL, "free port: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok && buf_print(&order->out, "%u\n", ntohs(at.sin_port));
}

enum need {
	NEED_NOTHING,
	NEED_DIR,
	NEED_STORE /* with all that init made */
};

static const struct command {
	const char *name;
	bool object; /* has an operand */
	enum need need;
	bool (*run)(struct order *order);
} commands[] = {
	{ "init", false, NEED_DIR, run_init },
	{ "register", true, NEED_STORE, run_register },
	{ "remove", true, NEED_STORE, run_remove },
	{ "devices", false, NEED_STORE, run_devices },
	{ "fault", true, NEED_STORE, run_fault },
	{ "faults", false, NEED_STORE, run_faults },
	{ "set", true, NEED_STORE, run_set },
	{ "pending", false, NEED_STORE, run_pending },
	{ "approve", true, NEED_STORE, run_approve },
	{ "approve-all", false, NEED_STORE, run_approve_all },
	{ "deny", true, NEED_STORE, run_deny },
	{ "deny-all", false, NEED_STORE, run_deny_all },
	{ "free-port", false, NEED_NOTHING, run_free_port },
};

static const struct command *
find_command_or_die(const char *name)
{
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	cli_usage("%s: no such command", name);
}

static int64_t
count_or_die(void)
{
	char *end;
	long long count;

	errno = 0;
	count = strtoll(cli_value(), &end, 10);
	if (end == cli_value() || *end != '\0' || errno != 0 || count < 0)
		cli_usage("%s: not a number from 0 up", cli_value());
	return count;
}

/* Options may stand before, between and behind the operands. */
static void
take_options_or_die(struct order *order, int argc, char **argv)
{
	int opt;

	while ((opt = cli_next(argc, argv)) != CLI_END) {
		if (opt == OPT_DIR)
			order->dir = cli_value();
		else if (opt == OPT_PASSWORD)
			order->password_file = cli_value();
		else
			order->count = count_or_die();
	}
}

static bool
run(const struct command *command, struct order *order)
{
	bool ok;

	ok = x509_start() &&
	     (command->need != NEED_STORE ||
		 store_open(order->dir, &order->store)) &&
	     command->run(order) &&
	     (order->out.len == 0 ||
		 file_print(order->out.data, order->out.len));
	store_close(&order->store);
	buf_free(&order->out);
	return ok;
}

int
main(int argc, char **argv)
{
	struct order order = { .count = 1 };
	const struct command *command;

	cli_start("sandbox-admin", "--dir DIR COMMAND [OPERAND]",
	    "Commands: init, register ID, remove ID, devices, fault KIND,\n"
	    "faults, set NAME=VALUE, pending, approve ID, approve-all, deny "
	    "ID, deny-all,\n"
	    "free-port.",
	    options);
	take_options_or_die(&order, argc, argv);
	command = find_command_or_die(cli_operand(argc, argv));
	take_options_or_die(&order, argc, argv);
	if (command->object) {
		order.object = cli_operand(argc, argv);
		take_options_or_die(&order, argc, argv);
	}
	cli_no_more(argc, argv);
	if (order.dir == NULL && command->need != NEED_NOTHING)
		cli_usage("--dir is missing");
	if (!run(command, &order))
		msg_die_fault();
	return EXIT_YES;
}

/* sandbox-server: a stand-in for a Cumulocity tenant with a certificate
 * authority: EST, registration, and tokens over mTLS.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <signal.h>
#include <unistd.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "sandbox/http/guard.h"
#include "sandbox/http/listener.h"
#include "sandbox/http/shown.h"
#include "sandbox/routes.h"
#include "sandbox/state/tenant.h"
#include "x509.h"

enum {
	OPT_DIR = CLI_LONG,
	OPT_LISTEN,
	OPT_HTTPS,
	OPT_MTLS,
	OPT_EST,
	OPT_PAGE,
	OPT_FILES
};

static const struct cli_option options[] = {
	{ OPT_DIR, "dir", "DIR", "the tenant's files" },
	{ OPT_LISTEN, "listen", "ADDR", "address to listen on: 127.0.0.1" },
	{ OPT_HTTPS, "https-port", "N", "port of EST and REST: a free one" },
	{ OPT_MTLS, "mtls-port", "N", "port of device tokens: a free one" },
	{ OPT_EST, "est-port", "N", "port of plain EST: a free one" },
	{ OPT_PAGE, "page-port", "N", "port of the web page: a free one" },
	{ OPT_FILES, "page-dir", "DIR", "its files; without it, no page" },
	{ 0 },
};

struct server {
	const char *dir;
	const char *address;
	int https_port;
	int mtls_port;
	int est_port;
	int page_port;
	const char *page_dir;
	struct tenant tenant;
	struct buf ca;
	struct listener https;
	struct listener mtls;
	struct listener est;
	struct listener page;
};

/* Reads DIR/NAME. */
static bool
read_file(const struct server *server, const char *name, struct buf *out)
{
	struct buf path = { 0 };
	bool ok;

	ok = buf_print(&path, "%s/%s", server->dir, name) &&
	     file_read(buf_text(&path), out);
	buf_free(&path);
	return ok;
}

/* The page, which is for who sits here: on 127.0.0.1, whatever else listens. */
static bool
start_page(struct server *server)
{
	const struct listener_rules page = { .tenant = &server->tenant,
		.name = "page",
		.routes = routes_page,
		.also = routes_https,
		.guard = guard_page,
		.plain = true,
		.files = server->page_dir,
		.address = "127.0.0.1",
		.port = server->page_port };

	return server->page_dir == NULL || listener_start(&server->page, &page);
}

/* The tenant's CA is what clients are asked for. Where there is none they are
 * asked all the same, and a port needs something to ask for. */
static bool
read_client_ca(struct server *server)
{
	bool none = !authority_exists(&server->tenant.issuer);

	return read_file(server, none ? "server.pem" : "ca.pem", &server->ca);
}

static bool
start(struct server *server)
{
	struct listener_rules https = { .tenant = &server->tenant,
		.name = "https",
		.routes = routes_https,
		.address = server->address,
		.port = server->https_port };
	struct listener_rules mtls = https;
	struct listener_rules est;

	mtls.name = "mtls";
	mtls.routes = routes_mtls;
	mtls.client_ca = &server->ca;
	mtls.port = server->mtls_port;
	est = mtls;
	est.name = "est";
	est.routes = routes_est;
	est.port = server->est_port;
	return tenant_open(server->dir, &server->tenant) &&
	       shown_open(server->dir, &server->tenant) &&
	       read_client_ca(server) &&
	       listener_start(&server->https, &https) &&
	       listener_start(&server->mtls, &mtls) &&
	       listener_start(&server->est, &est) && start_page(server);
}

/* Says in DIR/server.ports that all ports are open, and which they are; then
 * serves until a signal of SIGNALS ends it. */
static bool
run(const struct server *server, const sigset_t *signals)
{
	struct buf path = { 0 };
	struct buf ports = { 0 };
	int signal;
	bool ok;

	ok = buf_print(&path, "%s/server.ports", server->dir) &&
	     buf_print(&ports, "https=%u\nmtls=%u\nest=%u\n",
		 listener_port(&server->https), listener_port(&server->mtls),
		 listener_port(&server->est)) &&
	     (server->page_dir == NULL || buf_print(&ports, "page=%u\n",
					      listener_port(&server->page))) &&
	     file_replace(buf_text(&path), 0600, ports.data, ports.len);
	if (ok) {
		sigwait(signals, &signal);
		unlink(buf_text(&path));
	}
	buf_free(&path);
	buf_free(&ports);
	return ok;
}

static void
stop(struct server *server)
{
	tenant_stop(&server->tenant);
	listener_stop(&server->est);
	listener_stop(&server->page);
	listener_stop(&server->mtls);
	listener_stop(&server->https);
	shown_close();
	tenant_close(&server->tenant);
	buf_free(&server->ca);
}

int
main(int argc, char **argv)
{
	struct server server = { .address = "127.0.0.1" };
	sigset_t signals;
	bool ok;
	int opt;

	cli_start("sandbox-server", "--dir DIR",
	    "Stands in for a tenant until SIGTERM or SIGINT.", options);
	while ((opt = cli_next(argc, argv)) != CLI_END) {
		if (opt == OPT_DIR)
			server.dir = cli_value();
		else if (opt == OPT_LISTEN)
			server.address = cli_value();
		else if (opt == OPT_HTTPS)
			server.https_port = cli_port_or_die();
		else if (opt == OPT_MTLS)
			server.mtls_port = cli_port_or_die();
		else if (opt == OPT_EST)
			server.est_port = cli_port_or_die();
		else if (opt == OPT_PAGE)
			server.page_port = cli_port_or_die();
		else
			server.page_dir = cli_value();
	}
	cli_no_more(argc, argv);
	if (server.dir == NULL)
		cli_usage("--dir is missing");
	/* blocked before there are threads, so that only sigwait gets them */
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	ok = x509_start() && start(&server) && run(&server, &signals);
	stop(&server);
	if (!ok)
		msg_die_fault();
	return EXIT_YES;
}

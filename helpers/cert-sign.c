/* cert-sign: a request in, a certificate out, by a local CA or by itself.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <time.h>

#include "buf.h"
#include "cli.h"
#include "csr.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "key.h"
#include "msg.h"
#include "sign.h"
#include "span.h"
#include "x509.h"

enum {
	OPT_SELF = CLI_LONG,
	OPT_KEY,
	OPT_CA_CERT,
	OPT_CA_KEY,
	OPT_CA,
	OPT_DURATION
};

static const struct cli_option options[] = {
	{ OPT_SELF, "self-signed", NULL, "sign with the request's own key" },
	{ OPT_KEY, "key", "FILE", "that key" },
	{ OPT_CA_CERT, "ca-cert", "FILE", "certificate of the CA" },
	{ OPT_CA_KEY, "ca-key", "FILE", "key of the CA" },
	{ OPT_CA, "ca", NULL, "the new certificate is a CA's too" },
	{ OPT_DURATION, "duration", "SPAN", "how long it is valid: 365d" },
	{ 0 },
};

/* so that a device whose clock is behind takes it for valid */
enum { BACKDATE = 86400 };

struct order {
	bool self;
	bool ca;
	const char *key;
	const char *ca_cert;
	const char *ca_key;
	int64_t duration;
};

static void
take(struct order *order, int opt)
{
	switch (opt) {
	case OPT_SELF:
		order->self = true;
		break;
	case OPT_KEY:
		order->key = cli_value();
		break;
	case OPT_CA_CERT:
		order->ca_cert = cli_value();
		break;
	case OPT_CA_KEY:
		order->ca_key = cli_value();
		break;
	case OPT_CA:
		order->ca = true;
		break;
	case OPT_DURATION:
		order->duration = cli_span_or_die();
		break;
	}
}

static void
check_or_die(const struct order *order)
{
	if (order->self && order->key == NULL)
		cli_usage("--self-signed needs --key");
	if (order->self && (order->ca_cert != NULL || order->ca_key != NULL))
		cli_usage("--self-signed, or a CA, not both");
	if (!order->self && (order->ca_cert == NULL || order->ca_key == NULL))
		cli_usage("--self-signed, or --ca-cert and --ca-key, is "
			  "missing");
	if (order->duration == 0)
		cli_usage("--duration: at least 1s");
}

/* Reads the certificate of a CA that can sign: a new certificate ends with its
 * issuer's at the latest, so one that is over can issue nothing. */
static bool
read_issuer(const char *path, time_t now, struct x509_list *issuer)
{
	if (!x509_read(path, issuer))
		return false;
	if (gnutls_x509_crt_get_ca_status(issuer->crt[0], NULL) == 0)
		fault(EXIT_DATA, "%s: not a CA's: it can sign nothing", path);
	else if (gnutls_x509_crt_get_expiration_time(issuer->crt[0]) <= now)
		fault(EXIT_DATA, "%s: expired: it can sign nothing", path);
	else
		return true;
	x509_free(issuer);
	return false;
}

/* A self-signed device certificate is its own trust anchor: Cumulocity takes
 * it only with CA:TRUE. */
static bool
sign(const struct order *order, gnutls_x509_crq_t csr, struct x509_list *out)
{
	time_t now = time(NULL);
	struct sign_rules rules = { .ca = order->self,
		.authority = order->ca,
		.not_before = now - BACKDATE,
		.not_after = now + (time_t)order->duration };
	struct x509_list issuer = { 0 };
	struct key_place place = { order->self ? order->key : order->ca_key,
		NULL };
	gnutls_privkey_t key = NULL;
	bool ok = false;

	if (!order->self && !read_issuer(order->ca_cert, now, &issuer))
		goto out;
	if (!key_read(&place, &key))
		goto out;
	rules.issuer = order->self ? NULL : issuer.crt[0];
	rules.issuer_key = key;
	out->crt = gnutls_calloc(1, sizeof *out->crt);
	if (out->crt == NULL) {
		fault_memory();
		goto out;
	}
	ok = sign_request(csr, &rules, &out->crt[0]);
	out->count = ok ? 1 : 0;
out:
	key_free(key);
	x509_free(&issuer);
	return ok;
}

int
main(int argc, char **argv)
{
	struct order order = { .duration = 365 * 86400 };
	gnutls_x509_crq_t csr = NULL;
	struct x509_list made = { 0 };
	struct buf pem = { 0 };
	int opt;

	cli_start("cert-sign",
	    "{--self-signed --key=FILE | --ca-cert=FILE --ca-key=FILE} "
	    "[REQUEST]",
	    "Sign a certificate request and print the certificate.", options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take(&order, opt);
	check_or_die(&order);
	if (!clock_plausible(time(NULL)))
		msg_die(EXIT_CLOCK, "the clock says a time before this program "
				    "was built");
	if (!csr_read(cli_last_operand(argc, argv, "-"), &csr) ||
	    !sign(&order, csr, &made) || !x509_print_pem(&made, &pem) ||
	    !file_print(pem.data, pem.len))
		msg_die_fault();
	buf_free(&pem);
	x509_free(&made);
	csr_free(csr);
	return EXIT_YES;
}

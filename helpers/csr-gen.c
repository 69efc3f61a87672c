/* csr-gen: a key and names in, a certificate request out (RFC 2986).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "buf.h"
#include "cli.h"
#include "csr.h"
#include "exit.h"
#include "file.h"
#include "key.h"
#include "msg.h"
#include "x509.h"

enum {
	OPT_KEY = CLI_LONG,
	OPT_NEW_KEY,
	OPT_PASSPHRASE,
	OPT_CN,
	OPT_O,
	OPT_OU,
	OPT_DNS,
	OPT_IP,
	OPT_FROM
};

static const struct cli_option options[] = {
	{ OPT_KEY, "key", "FILE", "the private key: a file or a PKCS#11 URI" },
	{ OPT_PASSPHRASE, "passphrase-file", "FILE",
	    "its passphrase, or the PIN of its token" },
	{ OPT_NEW_KEY, "new-key", "TYPE",
	    "make it first: ec-p256, ec-p384, ec-p521, rsa-2048, rsa-3072, "
	    "rsa-4096, ed25519" },
	{ OPT_FROM, "from", "CERT",
	    "copy subject and alternative names of CERT" },
	{ OPT_CN, "cn", "NAME", "common name: the device id" },
	{ OPT_O, "organization", "NAME", "organization" },
	{ OPT_OU, "organization-unit", "NAME", "organizational unit" },
	{ OPT_DNS, "dns", "NAME", "alternative name: a host" },
	{ OPT_IP, "ip", "ADDRESS", "alternative name: an IP address" },
	{ 0 },
};

struct order {
	struct key_place key;
	const char *new_key;
	const char *passphrase;
	bool copied; /* the subject is that of a certificate */
	bool named; /* it has parts of its own */
	bool also; /* alternative names of its own */
	gnutls_x509_crq_t csr;
};

static bool
copy_names(gnutls_x509_crq_t csr, const char *path)
{
	struct x509_list list;
	bool ok;

	if (!x509_read(path, &list))
		return false;
	ok = csr_copy_names(csr, list.crt[0]);
	x509_free(&list);
	return ok;
}

/* Takes one option that says what stands in the request; names are added in
 * the order they are given. */
static void
take_or_die(struct order *order, int opt)
{
	bool ok = true;

	order->copied |= opt == OPT_FROM;
	order->named |= opt == OPT_CN || opt == OPT_O || opt == OPT_OU;
	order->also |= opt == OPT_DNS || opt == OPT_IP;
	if (order->copied && order->named)
		cli_usage("--from, or a subject of its own, not both");
	if (opt == OPT_FROM && order->also)
		cli_usage("--from goes before --dns and --ip");
	switch (opt) {
	case OPT_CN:
		ok = csr_add_name(order->csr, "CN", cli_value());
		break;
	case OPT_O:
		ok = csr_add_name(order->csr, "O", cli_value());
		break;
	case OPT_OU:
		ok = csr_add_name(order->csr, "OU", cli_value());
		break;
	case OPT_DNS:
		ok = csr_add_dns(order->csr, cli_value());
		break;
	case OPT_IP:
		ok = csr_add_ip(order->csr, cli_value());
		break;
	case OPT_FROM:
		ok = copy_names(order->csr, cli_value());
		break;
	}
	if (!ok)
		msg_die_fault();
}

/* The key of ORDER: made and on disk before anything is asked for with it, or
 * read. */
static bool
open_key(const struct order *order, gnutls_privkey_t *key)
{
	return order->new_key != NULL
		   ? key_make(&order->key, order->new_key, key)
		   : key_read(&order->key, key);
}

int
main(int argc, char **argv)
{
	struct order order = { 0 };
	gnutls_privkey_t key = NULL;
	struct buf passphrase = { 0 };
	struct buf pem = { 0 };
	int opt;

	cli_start("csr-gen", "--key=FILE {--cn=NAME | --from=CERT}",
	    "Print a certificate request for a key.", options);
	if (!csr_new(&order.csr))
		msg_die_fault();
	while ((opt = cli_next(argc, argv)) != CLI_END) {
		if (opt == OPT_KEY)
			order.key.name = cli_value();
		else if (opt == OPT_NEW_KEY)
			order.new_key = cli_value();
		else if (opt == OPT_PASSPHRASE)
			order.passphrase = cli_value();
		else
			take_or_die(&order, opt);
	}
	cli_no_more(argc, argv);
	if (order.key.name == NULL)
		cli_usage("--key is missing");
	if (order.new_key != NULL && !key_type_known(order.new_key))
		cli_usage("--new-key: %s: there are %s", order.new_key,
		    key_type_names());
	if (!order.copied && !order.named)
		cli_usage("a subject is missing: --cn or --from");
	if (!key_unlock(&order.key, order.passphrase, &passphrase) ||
	    !open_key(&order, &key) || !csr_sign(order.csr, key, &pem) ||
	    !file_print(pem.data, pem.len))
		msg_die_fault();
	buf_free(&passphrase);
	buf_free(&pem);
	key_free(key);
	csr_free(order.csr);
	return EXIT_YES;
}

/* csr-gen: a key and names in, a certificate request out (RFC 2986).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cli.h"
#include "csr.h"
#include "draft.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "key.h"
#include "msg.h"
#include "text.h"
#include "x509.h"

/* Parts of the subject, and alternative names, each in a row: tables below. */
enum {
	OPT_KEY = CLI_LONG,
	OPT_PASSPHRASE,
	OPT_NEW_KEY,
	OPT_KEY_ONLY,
	OPT_FROM,
	OPT_FROM_CSR,
	OPT_CN,
	OPT_O,
	OPT_OU,
	OPT_C,
	OPT_ST,
	OPT_L,
	OPT_SERIAL,
	OPT_ADDRESS,
	OPT_DNS,
	OPT_IP,
	OPT_URI,
	OPT_EMAIL,
	OPT_USAGE,
	OPT_PURPOSES,
	OPT_CHALLENGE,
	OPT_PROFILE
};

static const struct cli_option options[] = {
	{ OPT_KEY, "key", "KEY", "the private key: a file or a PKCS#11 URI" },
	{ OPT_PASSPHRASE, "passphrase-file", "FILE",
	    "its passphrase, or the PIN of its token" },
	{ OPT_NEW_KEY, "new-key", "TYPE",
	    "make it first: ec-p256, ec-p384, ec-p521, rsa-2048, rsa-3072, "
	    "rsa-4096, ed25519" },
	{ OPT_KEY_ONLY, "key-only", NULL, "make the key, and no request" },
	{ OPT_FROM, "from", "CERT",
	    "copy subject and alternative names of CERT" },
	{ OPT_FROM_CSR, "from-csr", "REQUEST",
	    "copy subject and alternative names of REQUEST" },
	{ OPT_CN, "cn", "NAME", "common name: the device id" },
	{ OPT_O, "organization", "NAME", "organization" },
	{ OPT_OU, "organization-unit", "NAME", "organizational unit" },
	{ OPT_C, "country", "CODE", "country, in two letters" },
	{ OPT_ST, "state", "NAME", "state or province" },
	{ OPT_L, "locality", "NAME", "locality: a town" },
	{ OPT_SERIAL, "serial-number", "TEXT", "serial number of the device" },
	{ OPT_ADDRESS, "email-address", "ADDRESS",
	    "email address, as part of the subject" },
	{ OPT_DNS, "dns", "NAME", "alternative name: a host" },
	{ OPT_IP, "ip", "ADDRESS", "alternative name: an IP address" },
	{ OPT_URI, "uri", "URI", "alternative name: a URI" },
	{ OPT_EMAIL, "email", "ADDRESS", "alternative name: an email address" },
	{ OPT_USAGE, "key-usage", "LIST",
	    "ask for key usage, e.g. digitalSignature" },
	{ OPT_PURPOSES, "extended-key-usage", "LIST",
	    "ask for extended key usage, e.g. clientAuth" },
	{ OPT_CHALLENGE, "challenge-password-file", "FILE",
	    "the challenge password of the request" },
	{ OPT_PROFILE, "profile", "NAME",
	    "hold the common name to the rules of c8y (Cumulocity)" },
	{ 0 },
};

static const char *const parts[] = { [OPT_CN - OPT_CN] = "CN",
	[OPT_O - OPT_CN] = "O",
	[OPT_OU - OPT_CN] = "OU",
	[OPT_C - OPT_CN] = "C",
	[OPT_ST - OPT_CN] = "ST",
	[OPT_L - OPT_CN] = "L",
	[OPT_SERIAL - OPT_CN] = "serialNumber",
	[OPT_ADDRESS - OPT_CN] = "emailAddress" };

static const gnutls_x509_subject_alt_name_t alternatives[] = {
	[OPT_DNS - OPT_DNS] = GNUTLS_SAN_DNSNAME,
	[OPT_IP - OPT_DNS] = GNUTLS_SAN_IPADDRESS,
	[OPT_URI - OPT_DNS] = GNUTLS_SAN_URI,
	[OPT_EMAIL - OPT_DNS] = GNUTLS_SAN_RFC822NAME,
};

/* A name that is asked for, in the order of the command line. */
struct wish {
	int opt;
	const char *value;
};

struct order {
	struct key_place key;
	const char *passphrase;
	const char *new_key;
	bool key_only;
	const char *from;
	const char *from_csr;
	const char *usage;
	const char *purposes;
	const char *challenge;
	const char *profile;
	struct wish *wishes;
	size_t count;
	bool named; /* one of them is a part of the subject */
	bool common; /* namely its common name */
};

static bool
is_part(int opt)
{
	return opt >= OPT_CN && opt <= OPT_ADDRESS;
}

static void
take(struct order *order, int opt)
{
	const char **to[] = { [OPT_KEY - OPT_KEY] = &order->key.name,
		[OPT_PASSPHRASE - OPT_KEY] = &order->passphrase,
		[OPT_NEW_KEY - OPT_KEY] = &order->new_key,
		[OPT_FROM - OPT_KEY] = &order->from,
		[OPT_FROM_CSR - OPT_KEY] = &order->from_csr,
		[OPT_USAGE - OPT_KEY] = &order->usage,
		[OPT_PURPOSES - OPT_KEY] = &order->purposes,
		[OPT_CHALLENGE - OPT_KEY] = &order->challenge,
		[OPT_PROFILE - OPT_KEY] = &order->profile };

	if (opt == OPT_KEY_ONLY)
		order->key_only = true;
	else if (is_part(opt) || (opt >= OPT_DNS && opt <= OPT_EMAIL))
		order->wishes[order->count++] =
		    (struct wish){ opt, cli_value() };
	else
		*to[opt - OPT_KEY] = cli_value();
	order->named |= is_part(opt);
	order->common |= opt == OPT_CN;
}

static void
check_streams_or_die(const struct order *order)
{
	const char *files[] = { order->key.name, order->passphrase, order->from,
		order->from_csr, order->challenge };
	int count = 0;

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		count += files[i] != NULL && strcmp(files[i], "-") == 0;
	if (count > 1)
		cli_usage("-: standard input can be one of the files only");
	if (order->new_key != NULL && strcmp(order->key.name, "-") == 0)
		cli_usage("--new-key: -: a key is made in a file or a token");
}

static void
check_names_or_die(const struct order *order)
{
	int subjects =
	    (order->from != NULL) + (order->from_csr != NULL) + order->named;

	if (subjects > 1)
		cli_usage("--from, --from-csr, or a subject of its own: one "
			  "of them");
	if (subjects == 0)
		cli_usage("a subject is missing: --cn, --from or --from-csr");
	if (order->profile != NULL && order->named && !order->common)
		cli_usage("--profile: a common name is missing: --cn");
}

static void
check_or_die(const struct order *order)
{
	if (order->key.name == NULL)
		cli_usage("--key is missing");
	if (order->new_key != NULL && !key_type_known(order->new_key))
		cli_usage("--new-key: %s: there are %s", order->new_key,
		    key_type_names());
	if (order->profile != NULL && strcmp(order->profile, "c8y") != 0)
		cli_usage("--profile: %s: there is c8y", order->profile);
	check_streams_or_die(order);
	if (!order->key_only) {
		check_names_or_die(order);
		return;
	}
	if (order->new_key == NULL)
		cli_usage("--key-only: the type of the key is missing: "
			  "--new-key");
	if (order->count > 0 || order->from != NULL ||
	    order->from_csr != NULL || order->usage != NULL ||
	    order->purposes != NULL || order->challenge != NULL ||
	    order->profile != NULL)
		cli_usage("--key-only: there is no request for such an option");
}

/* Is the common name NAME one for the profile? Now there is one profile. */
static bool
check_profile(const struct order *order, const struct buf *name)
{
	if (order->profile == NULL)
		return true;
	if (strlen(buf_text(name)) != name->len)
		return fault(EXIT_DATA, "device id: it holds a NUL");
	return text_check_id(buf_text(name));
}

static bool
copy_crt(const struct order *order, struct draft *draft)
{
	struct x509_list list;
	struct buf name = { 0 };
	bool ok;

	if (!x509_read(order->from, &list))
		return false;
	ok = draft_copy_crt(draft, list.crt[0]) &&
	     (order->profile == NULL || x509_common_name(list.crt[0], &name)) &&
	     check_profile(order, &name);
	if (!ok)
		fault(fault_code(), "%s: %s", order->from, fault_text());
	buf_free(&name);
	x509_free(&list);
	return ok;
}

static bool
copy_csr(const struct order *order, struct draft *draft)
{
	gnutls_x509_crq_t csr;
	struct buf name = { 0 };
	bool ok;

	if (!csr_read(order->from_csr, &csr))
		return false;
	ok = draft_copy_csr(draft, csr) &&
	     (order->profile == NULL || csr_common_name(csr, &name)) &&
	     check_profile(order, &name);
	if (!ok)
		fault(fault_code(), "%s: %s", order->from_csr, fault_text());
	buf_free(&name);
	csr_free(csr);
	return ok;
}

static bool
add_wish(
    const struct order *order, const struct wish *wish, struct draft *draft)
{
	if (wish->opt == OPT_CN && order->profile != NULL &&
	    !text_check_id(wish->value))
		return false;
	return is_part(wish->opt)
		   ? draft_add_name(
			 draft, parts[wish->opt - OPT_CN], wish->value)
		   : draft_add_alternative(
			 draft, alternatives[wish->opt - OPT_DNS], wish->value);
}

static bool
add_challenge(const char *path, struct draft *draft)
{
	struct buf password = { 0 };
	bool ok;

	ok = file_read_secret(path, &password) &&
	     draft_add_challenge(draft, buf_text(&password));
	buf_free(&password);
	return ok;
}

/* Everything that can be wrong in a request is seen before a key is made. */
static bool
fill(const struct order *order, struct draft *draft)
{
	if (!draft_start(draft) ||
	    (order->from != NULL && !copy_crt(order, draft)) ||
	    (order->from_csr != NULL && !copy_csr(order, draft)))
		return false;
	for (size_t i = 0; i < order->count; i++)
		if (!add_wish(order, &order->wishes[i], draft))
			return false;
	return (order->usage == NULL || draft_add_usage(draft, order->usage)) &&
	       (order->purposes == NULL ||
		   draft_add_purposes(draft, order->purposes)) &&
	       (order->challenge == NULL ||
		   add_challenge(order->challenge, draft));
}

/* The key of ORDER: made and on disk before anything is asked for with it, or
 * read. */
static bool
open_key(const struct order *order, gnutls_privkey_t *key)
{
	bool ok = order->new_key != NULL
		      ? key_make(&order->key, order->new_key, key)
		      : key_read(&order->key, key);

	if (ok)
		msg_trace("%s: %s", order->key.name,
		    order->new_key != NULL ? "the key is made"
					   : "the key is read");
	return ok;
}

/* Signs and prints: nothing before the request is whole and verified. */
static bool
print_request(
    const struct order *order, struct draft *draft, gnutls_privkey_t key)
{
	struct buf pem = { 0 };
	bool ok;

	ok = draft_sign(draft, key, &pem) ||
	     fault(fault_code(), "%s: %s", order->key.name, fault_text());
	if (ok)
		msg_trace(
		    "%s: the request is signed, and verified", order->key.name);
	ok = ok && file_print(pem.data, pem.len);
	buf_free(&pem);
	return ok;
}

int
main(int argc, char **argv)
{
	struct order order = { 0 };
	struct draft draft = { 0 };
	gnutls_privkey_t key = NULL;
	struct buf passphrase = { 0 };
	bool ok;
	int opt;

	cli_start("csr-gen", "--key=KEY {--cn=NAME | --from=CERT | --key-only}",
	    "Print a certificate request for a key.", options);
	order.wishes = calloc((size_t)argc, sizeof *order.wishes);
	if (order.wishes == NULL)
		msg_die(EXIT_LOCAL, "out of memory");
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take(&order, opt);
	cli_no_more(argc, argv);
	check_or_die(&order);
	ok = (order.key_only || fill(&order, &draft)) &&
	     key_unlock(&order.key, order.passphrase, &passphrase) &&
	     open_key(&order, &key) &&
	     (order.key_only || print_request(&order, &draft, key));
	key_free(key);
	draft_free(&draft);
	buf_free(&passphrase);
	free(order.wishes);
	if (!ok && fault_code() == EXIT_USAGE)
		cli_usage("%s", fault_text());
	if (!ok)
		msg_die_fault();
	return EXIT_YES;
}

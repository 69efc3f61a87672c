/* cert-sign: what a certificate authority makes: certificates from requests,
 * revocation lists, keystores.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "cli.h"
#include "draft.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "key.h"
#include "msg.h"
#include "sign.h"
#include "sign/crl.h"
#include "sign/date.h"
#include "sign/make.h"
#include "span.h"
#include "text.h"
#include "usage.h"

enum {
	OPT_SELF = CLI_LONG,
	OPT_KEY,
	OPT_CA_CERT,
	OPT_CA_KEY,
	OPT_PASSPHRASE,
	OPT_DURATION,
	OPT_NOT_BEFORE,
	OPT_NOT_AFTER,
	OPT_CA,
	OPT_PATH_LENGTH,
	OPT_KEY_USAGE,
	OPT_PURPOSES,
	OPT_COPY_USAGE,
	OPT_DNS,
	OPT_IP,
	OPT_URI,
	OPT_EMAIL,
	OPT_SERIAL,
	OPT_CHAIN,
	OPT_CRL,
	OPT_FROM,
	OPT_NUMBER,
	OPT_PKCS12,
	OPT_NAME,
	OPT_PASSWORD,
	OPT_END
};

enum { OPTIONS = OPT_END - CLI_LONG };

static const struct cli_option options[] = {
	{ OPT_SELF, "self-signed", NULL, "sign with the request's own key" },
	{ OPT_KEY, "key", "FILE", "that key, or the one for the keystore" },
	{ OPT_CA_CERT, "ca-cert", "FILE", "certificate of the CA" },
	{ OPT_CA_KEY, "ca-key", "FILE",
	    "key of the CA: a file or a PKCS#11 URI" },
	{ OPT_PASSPHRASE, "passphrase-file", "FILE",
	    "the key's passphrase, or the PIN of its token" },
	{ OPT_DURATION, "duration", "SPAN",
	    "how long it is valid: 365d, a CRL 30d" },
	{ OPT_NOT_BEFORE, "not-before", "DATE", "from when on: one day ago" },
	{ OPT_NOT_AFTER, "not-after", "DATE", "until when" },
	{ OPT_CA, "ca", NULL, "the new certificate is a CA's too" },
	{ OPT_PATH_LENGTH, "path-length", "N",
	    "how many CAs may stand below that" },
	{ OPT_KEY_USAGE, "key-usage", "LIST",
	    "e.g. digitalSignature,keyAgreement" },
	{ OPT_PURPOSES, "extended-key-usage", "LIST",
	    "e.g. clientAuth,serverAuth" },
	{ OPT_COPY_USAGE, "copy-usage", NULL,
	    "both as the request asks, but for a CA's" },
	{ OPT_DNS, "dns", "NAME",
	    "alternative name, in place of the request's: a host" },
	{ OPT_IP, "ip", "ADDRESS", "the same: an IP address" },
	{ OPT_URI, "uri", "URI", "the same: a URI" },
	{ OPT_EMAIL, "email", "ADDRESS", "the same: an e-mail address" },
	{ OPT_SERIAL, "serial", "HEX", "serial number: random" },
	{ OPT_CHAIN, "chain", NULL, "print the CA's certificates behind it" },
	{ OPT_CRL, "crl", NULL, "print a list of revoked certificates" },
	{ OPT_FROM, "from", "CRL", "with what that list revokes already" },
	{ OPT_NUMBER, "number", "N", "number of the list" },
	{ OPT_PKCS12, "pkcs12", NULL, "print a keystore" },
	{ OPT_NAME, "name", "NAME", "name of the entry in it" },
	{ OPT_PASSWORD, "password-file", "FILE", "password of the keystore" },
	{ 0 },
};

enum { SIGN = 1, CRL = 2, PKCS12 = 4 };

/* with what each option goes */
static const unsigned char modes[OPTIONS] = {
	[OPT_SELF - CLI_LONG] = SIGN,
	[OPT_KEY - CLI_LONG] = SIGN | PKCS12,
	[OPT_CA_CERT - CLI_LONG] = SIGN | CRL,
	[OPT_CA_KEY - CLI_LONG] = SIGN | CRL,
	[OPT_PASSPHRASE - CLI_LONG] = SIGN | CRL | PKCS12,
	[OPT_DURATION - CLI_LONG] = SIGN | CRL,
	[OPT_NOT_BEFORE - CLI_LONG] = SIGN,
	[OPT_NOT_AFTER - CLI_LONG] = SIGN,
	[OPT_CA - CLI_LONG] = SIGN,
	[OPT_PATH_LENGTH - CLI_LONG] = SIGN,
	[OPT_KEY_USAGE - CLI_LONG] = SIGN,
	[OPT_PURPOSES - CLI_LONG] = SIGN,
	[OPT_COPY_USAGE - CLI_LONG] = SIGN,
	[OPT_DNS - CLI_LONG] = SIGN,
	[OPT_IP - CLI_LONG] = SIGN,
	[OPT_URI - CLI_LONG] = SIGN,
	[OPT_EMAIL - CLI_LONG] = SIGN,
	[OPT_SERIAL - CLI_LONG] = SIGN,
	[OPT_CHAIN - CLI_LONG] = SIGN,
	[OPT_CRL - CLI_LONG] = CRL,
	[OPT_FROM - CLI_LONG] = CRL,
	[OPT_NUMBER - CLI_LONG] = CRL,
	[OPT_PKCS12 - CLI_LONG] = PKCS12,
	[OPT_NAME - CLI_LONG] = PKCS12,
	[OPT_PASSWORD - CLI_LONG] = PKCS12,
};

/* so that a device whose clock is behind takes it for valid */
enum { DAY = 86400 };

/* What is to be made. GIVEN has the argument of each option, "" of one that
 * takes none. */
struct order {
	unsigned mode;
	const char *given[OPTIONS];
	const char *operand;
	struct draft names; /* has the alternative names given */
	time_t now;
	int64_t duration;
};

static const char *
given(const struct order *order, int opt)
{
	return order->given[opt - CLI_LONG];
}

static void
take_or_die(struct order *order, int opt)
{
	static const struct {
		int opt;
		gnutls_x509_subject_alt_name_t type;
	} kinds[] = {
		{ OPT_DNS, GNUTLS_SAN_DNSNAME },
		{ OPT_IP, GNUTLS_SAN_IPADDRESS },
		{ OPT_URI, GNUTLS_SAN_URI },
		{ OPT_EMAIL, GNUTLS_SAN_RFC822NAME },
	};
	const char *value = cli_value();

	order->given[opt - CLI_LONG] = value != NULL ? value : "";
	if (opt == OPT_DURATION)
		order->duration = cli_span_or_die();
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (opt == kinds[i].opt &&
		    ((order->names.csr == NULL &&
			 !draft_start(&order->names)) ||
			!draft_add_alternative(
			    &order->names, kinds[i].type, value)))
			cli_usage("--%s: %s", options[opt - CLI_LONG].name,
			    fault_text());
}

/* Exactly one way to make it, and no option that it does not know. */
static void
check_mode_or_die(struct order *order)
{
	bool crl = given(order, OPT_CRL) != NULL;
	bool pkcs12 = given(order, OPT_PKCS12) != NULL;
	const char *name = crl      ? "--crl"
			   : pkcs12 ? "--pkcs12"
				    : "a certificate";

	if (crl && pkcs12)
		cli_usage("--crl or --pkcs12, not both");
	order->mode = crl ? CRL : pkcs12 ? PKCS12 : SIGN;
	for (int i = 0; i < OPTIONS; i++)
		if (order->given[i] != NULL && (modes[i] & order->mode) == 0)
			cli_usage(
			    "--%s does not go with %s", options[i].name, name);
}

static void
check_signer_or_die(const struct order *order)
{
	bool self = given(order, OPT_SELF) != NULL;
	bool cert = given(order, OPT_CA_CERT) != NULL;
	bool key = given(order, OPT_CA_KEY) != NULL;

	if (self && (cert || key))
		cli_usage("--self-signed, or a CA, not both");
	if (self && given(order, OPT_KEY) == NULL)
		cli_usage("--self-signed needs --key");
	if (self && given(order, OPT_CHAIN) != NULL)
		cli_usage("--chain needs a CA");
	if (!self && order->mode == CRL && (!cert || !key))
		cli_usage("--crl needs --ca-cert and --ca-key");
	if (!self && (!cert || !key))
		cli_usage("--self-signed, or --ca-cert and --ca-key, is "
			  "missing");
	if (!self && given(order, OPT_KEY) != NULL)
		cli_usage(
		    "--key goes with --self-signed; the CA's is --ca-key");
}

/* Standard input can be read once. */
static void
check_input_or_die(const struct order *order)
{
	static const int files[] = { OPT_KEY, OPT_CA_CERT, OPT_CA_KEY,
		OPT_PASSPHRASE, OPT_FROM, OPT_PASSWORD };
	int count = strcmp(order->operand, "-") == 0;

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (given(order, files[i]) != NULL &&
		    strcmp(given(order, files[i]), "-") == 0)
			count++;
	if (count > 1)
		cli_usage("standard input can be only one of the files");
}

/* The number that OPT was given, MOST at most; FALLBACK where it was not. */
static uint64_t
number_or_die(
    const struct order *order, int opt, uint64_t most, uint64_t fallback)
{
	const char *text = given(order, opt);
	uint64_t value;
	char *end;

	if (text == NULL)
		return fallback;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
	    value > most)
		cli_usage("--%s: '%s': not a number from 0 to %llu",
		    options[opt - CLI_LONG].name, text,
		    (unsigned long long)most);
	return value;
}

/* The date that OPT was given, FALLBACK where it was not. */
static time_t
date_or_die(const struct order *order, int opt, time_t fallback)
{
	time_t date = fallback;

	if (given(order, opt) != NULL && !date_parse(given(order, opt), &date))
		cli_usage(
		    "--%s: %s", options[opt - CLI_LONG].name, fault_text());
	return date;
}

/* From when until when. */
static void
dates_or_die(const struct order *order, time_t *from, time_t *until)
{
	bool begin = given(order, OPT_NOT_BEFORE) != NULL;
	int64_t duration = order->duration;
	int64_t end;

	if (given(order, OPT_NOT_AFTER) != NULL && duration >= 0)
		cli_usage("--duration or --not-after, not both");
	if (duration == 0)
		cli_usage("--duration: at least 1s");
	if (duration < 0)
		duration = (order->mode == CRL ? 30 : 365) * (int64_t)DAY;
	*from = date_or_die(order, OPT_NOT_BEFORE, order->now - DAY);
	end = (begin ? *from : order->now) + duration;
	/* the latter: a machine whose time ends in 2038 */
	if (given(order, OPT_NOT_AFTER) == NULL &&
	    (end > DATE_LAST || (time_t)end != end))
		cli_usage("--duration: no certificate ends after the year %s",
		    end > DATE_LAST ? "9999" : "2038 here");
	*until = date_or_die(order, OPT_NOT_AFTER, (time_t)end);
	if (*until <= *from)
		cli_usage("it would end before it begins: see --not-before "
			  "and --not-after");
}

static void
usages_or_die(const struct order *order, struct sign_rules *rules)
{
	const char *usage = given(order, OPT_KEY_USAGE);
	const char *purposes = given(order, OPT_PURPOSES);
	bool can_sign;

	if (usage != NULL && !usage_parse(usage, &rules->key_usage))
		cli_usage("--key-usage: %s", fault_text());
	if (purposes != NULL &&
	    !usage_parse_purposes(purposes, &rules->purposes))
		cli_usage("--extended-key-usage: %s", fault_text());
	can_sign = (rules->key_usage & GNUTLS_KEY_KEY_CERT_SIGN) != 0;
	/* RFC 5280, 4.2.1.9 */
	if (can_sign && !rules->ca && !rules->authority)
		cli_usage("--key-usage: keyCertSign is for a CA: --ca is "
			  "missing");
	if (usage != NULL && !can_sign && rules->authority)
		cli_usage("--key-usage: a CA without keyCertSign can sign "
			  "nothing");
}

static struct sign_rules
rules_or_die(const struct order *order)
{
	const char *serial = given(order, OPT_SERIAL);
	struct sign_rules rules = { .ca = given(order, OPT_SELF) != NULL,
		.authority = given(order, OPT_CA) != NULL,
		.path_length = -1,
		.copy_usage = given(order, OPT_COPY_USAGE) != NULL,
		.names = order->names.csr };

	if (given(order, OPT_PATH_LENGTH) != NULL)
		rules.path_length =
		    (int)number_or_die(order, OPT_PATH_LENGTH, INT32_MAX, 0);
	if (rules.path_length >= 0 && !rules.authority)
		cli_usage("--path-length is for a CA: --ca is missing");
	if (serial != NULL && !serial_parse(serial, &rules.serial))
		cli_usage("--serial: %s", fault_text());
	if (serial != NULL &&
	    (serial_is_zero(&rules.serial) || rules.serial.len > SERIAL_LIMIT))
		cli_usage("--serial: %s: above 0, and %d bytes at most", serial,
		    SERIAL_LIMIT);
	dates_or_die(order, &rules.not_before, &rules.not_after);
	usages_or_die(order, &rules);
	return rules;
}

/* The key that OPT names. */
static struct key_place
place_or_die(const struct order *order, int opt, struct buf *secret)
{
	struct key_place place = { given(order, opt), NULL };

	if (!key_unlock(&place, given(order, OPT_PASSPHRASE), secret))
		msg_die_fault();
	return place;
}

static bool
sign_one(const struct order *order, struct buf *secret, struct buf *out)
{
	struct sign_rules rules = rules_or_die(order);
	struct make_signer signer = { .cert = given(order, OPT_CA_CERT),
		.now = order->now };
	bool ok;

	signer.place =
	    place_or_die(order, rules.ca ? OPT_KEY : OPT_CA_KEY, secret);
	ok = make_certificate(&signer, order->operand, &rules,
	    given(order, OPT_CHAIN) != NULL, out);
	if (rules.purposes != NULL)
		gnutls_x509_key_purpose_deinit(rules.purposes);
	return ok;
}

static bool
sign_crl(const struct order *order, struct buf *secret, struct buf *out)
{
	struct crl_rules rules = { .now = order->now };
	struct make_signer signer = { .cert = given(order, OPT_CA_CERT),
		.now = order->now };
	time_t from;

	dates_or_die(order, &from, &rules.next);
	rules.numbered = given(order, OPT_NUMBER) != NULL;
	rules.number =
	    number_or_die(order, OPT_NUMBER, UINT64_MAX, (uint64_t)order->now);
	signer.place = place_or_die(order, OPT_CA_KEY, secret);
	return make_crl(
	    &signer, given(order, OPT_FROM), order->operand, &rules, out);
}

/* A keystore is binary, and may hold a key, which is SECRET then. */
static void
check_output_or_die(bool secret)
{
	struct stat st;

	if (isatty(STDOUT_FILENO))
		cli_usage("a keystore is binary: send it to a file");
	if (secret && fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & S_IROTH) != 0)
		msg_warn("standard output: a file that every user can read; "
			 "umask 077 keeps a keystore from them");
}

static bool
keep(const struct order *order, struct buf *secret, struct buf *out)
{
	struct key_place place = { 0 };
	struct buf password = { 0 };
	const char *name = given(order, OPT_NAME);
	bool with_key = given(order, OPT_KEY) != NULL;
	bool ok;

	if (given(order, OPT_PASSWORD) == NULL)
		cli_usage("--pkcs12 needs --password-file");
	if (name != NULL &&
	    (name[0] == '\0' || !text_is_clean(name, strlen(name))))
		cli_usage("--name: '%s': empty, not UTF-8, or with a control "
			  "character",
		    name);
	if (!with_key && given(order, OPT_PASSPHRASE) != NULL)
		cli_usage("--passphrase-file opens --key, which is missing");
	check_output_or_die(with_key);
	if (with_key)
		place = place_or_die(order, OPT_KEY, secret);
	ok = file_read_secret(given(order, OPT_PASSWORD), &password) &&
	     make_keystore(
		 &place, order->operand, name, buf_text(&password), out);
	buf_free(&password);
	return ok;
}

static void
check_or_die(struct order *order)
{
	check_mode_or_die(order);
	check_input_or_die(order);
	if (order->mode == PKCS12)
		return;
	check_signer_or_die(order);
	if (!clock_plausible(order->now))
		msg_die(EXIT_CLOCK, "the clock says a time before this program "
				    "was built");
}

int
main(int argc, char **argv)
{
	struct order order = { .duration = -1, .now = time(NULL) };
	struct buf secret = { 0 };
	struct buf out = { 0 };
	bool ok;
	int opt;

	cli_start("cert-sign",
	    "{--self-signed --key=FILE | --ca-cert=FILE --ca-key=FILE [--crl] "
	    "| --pkcs12 [--key=FILE] --password-file=FILE} [FILE]",
	    "Sign a certificate request and print the certificate; or a list "
	    "of revoked\ncertificates, or a keystore.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take_or_die(&order, opt);
	order.operand = cli_last_operand(argc, argv, "-");
	check_or_die(&order);
	ok = order.mode == CRL      ? sign_crl(&order, &secret, &out)
	     : order.mode == PKCS12 ? keep(&order, &secret, &out)
				    : sign_one(&order, &secret, &out);
	if (!ok || !file_print(out.data, out.len))
		msg_die_fault();
	draft_free(&order.names);
	buf_free(&secret);
	buf_free(&out);
	return EXIT_YES;
}

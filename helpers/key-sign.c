/* key-sign: signs some bytes with a private key.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/abstract.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "key.h"
#include "msg.h"

enum { OPT_KEY = CLI_LONG, OPT_PASSPHRASE };

static const struct cli_option options[] = {
	{ OPT_KEY, "key", "FILE", "the key: a file or a PKCS#11 URI" },
	{ OPT_PASSPHRASE, "passphrase-file", "FILE",
	    "its passphrase, or the PIN of its token" },
	{ 0 },
};

/* SHA-256, but for a kind of key that brings a hash of its own; RSA by PKCS#1
 * v1.5, unless the key is for PSS alone. */
static gnutls_sign_algorithm_t
algorithm_of(gnutls_privkey_t key)
{
	int kind = gnutls_privkey_get_pk_algorithm(key, NULL);

	if (kind == GNUTLS_PK_EDDSA_ED25519)
		return GNUTLS_SIGN_EDDSA_ED25519;
	if (kind == GNUTLS_PK_EDDSA_ED448)
		return GNUTLS_SIGN_EDDSA_ED448;
	return gnutls_pk_to_sign(kind, GNUTLS_DIG_SHA256);
}

/* Adds the signature of TEXT by KEY to OUT: base64, on a line. */
static bool
sign(gnutls_privkey_t key, const struct buf *text, struct buf *out)
{
	gnutls_datum_t data = { text->data, (unsigned)text->len };
	gnutls_datum_t signature = { NULL, 0 };
	gnutls_datum_t line = { NULL, 0 };
	bool ok;

	ok = key_signed(key, gnutls_privkey_sign_data2(
				 key, algorithm_of(key), 0, &data, &signature));
	if (ok && gnutls_base64_encode2(&signature, &line) < 0)
		ok = fault_memory();
	ok = ok && buf_add(out, line.data, line.size) && buf_add(out, "\n", 1);
	gnutls_free(signature.data);
	gnutls_free(line.data);
	return ok;
}

/* The key is opened before the data is waited for. */
static bool
run(struct key_place *place, const char *passphrase, const char *file,
    struct buf *out)
{
	gnutls_privkey_t key = NULL;
	struct buf secret = { 0 };
	struct buf text = { 0 };
	bool ok;

	ok = key_unlock(place, passphrase, &secret) && key_read(place, &key) &&
	     file_read(file, &text) &&
	     (sign(key, &text, out) ||
		 fault(fault_code(), "%s: %s", place->name, fault_text()));
	key_free(key);
	buf_free(&text);
	buf_free(&secret);
	return ok;
}

int
main(int argc, char **argv)
{
	struct key_place place = { NULL, NULL };
	const char *passphrase = NULL;
	const char *file;
	struct buf out = { 0 };
	int inputs;
	int opt;

	cli_start("key-sign", "--key=FILE [FILE]",
	    "Sign what is in FILE with a private key; print the signature in "
	    "base64.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END) {
		if (opt == OPT_KEY)
			place.name = cli_value();
		else
			passphrase = cli_value();
	}
	file = cli_last_operand(argc, argv, "-");
	if (place.name == NULL)
		cli_usage("--key is missing");
	inputs = (strcmp(place.name, "-") == 0) + (strcmp(file, "-") == 0) +
		 (passphrase != NULL && strcmp(passphrase, "-") == 0);
	if (inputs > 1)
		cli_usage("standard input cannot be two files at once");
	if (!run(&place, passphrase, file, &out) ||
	    !file_print(out.data, out.len))
		msg_die_fault();
	buf_free(&out);
	return EXIT_YES;
}

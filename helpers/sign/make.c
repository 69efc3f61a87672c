/* make.c: what a certificate authority makes, from files.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "authority.h"
#include "csr.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "make.h"
#include "msg.h"
#include "pair.h"
#include "pkcs12.h"
#include "revoked-list.h"
#include "truststore.h"
#include "x509.h"

/* The key that signs, and the CA's certificate if there is one. */
static bool
open_signer(const struct make_signer *signer, struct sign_rules *rules,
    struct authority *ca)
{
	*ca = (struct authority){ 0 };
	if (signer->cert == NULL)
		return key_read(&signer->place, &ca->key);
	if (!authority_read(signer->cert, &signer->place,
		GNUTLS_KEY_KEY_CERT_SIGN, signer->now, ca))
		return false;
	rules->issuer = ca->chain.crt[0];
	return !rules->authority || authority_limits(ca, &rules->path_length);
}

static void
trace_certificate(gnutls_x509_crt_t crt)
{
	gnutls_datum_t line = { NULL, 0 };

	if (gnutls_x509_crt_print(crt, GNUTLS_CRT_PRINT_ONELINE, &line) < 0)
		return;
	msg_trace("%s", line.data);
	gnutls_free(line.data);
}

bool
make_certificate(const struct make_signer *signer, const char *request,
    struct sign_rules *rules, bool chain, struct buf *out)
{
	struct authority ca = { 0 };
	struct x509_list made = { 0 };
	gnutls_x509_crq_t csr = NULL;
	gnutls_x509_crt_t crt = NULL;
	bool ok = false;

	rules->name = file_name(request);
	/* the request first: in a pipe, who makes it may make the key too */
	if (!csr_read(request, &csr) || !open_signer(signer, rules, &ca) ||
	    (chain && !authority_check_chain(&ca)))
		goto out;
	rules->issuer_key = ca.key;
	if (!sign_request(csr, rules, &crt))
		goto out;
	trace_certificate(crt);
	made = (struct x509_list){ &crt, 1 };
	ok = x509_print_pem(&made, out) &&
	     (!chain || x509_print_pem(&ca.chain, out));
out:
	if (crt != NULL)
		gnutls_x509_crt_deinit(crt);
	csr_free(csr);
	authority_free(&ca);
	return ok;
}

/* Adds what the CRL in the file FROM revokes, and counts on from its number. */
static bool
add_former(const char *from, const struct authority *ca,
    struct crl_rules *rules, struct revoked *list)
{
	struct buf old = { 0 };
	uint64_t last = 0;
	bool ok;

	ok = file_read(from, &old) &&
	     crl_add_old(old.data, old.len, file_name(from), ca, list, &last);
	buf_free(&old);
	if (ok && rules->numbered && rules->number <= last)
		return fault(EXIT_DATA,
		    "%s: its number is %llu: that of the next is above it",
		    file_name(from), (unsigned long long)last);
	if (ok && !rules->numbered)
		rules->number = last + 1;
	return ok;
}

/* The file LIST may be empty: then nothing is revoked. */
static bool
add_list(const char *path, const struct authority *ca, time_t now,
    struct revoked *list)
{
	bool std = strcmp(path, "-") == 0;
	int fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct buf text = { 0 };
	bool ok;

	if (fd < 0)
		return fault_errno(path);
	ok = file_read_fd(fd, file_name(path), &text) &&
	     revoked_read(text.data, text.len, file_name(path), ca, now, list);
	if (!std)
		close(fd);
	buf_free(&text);
	return ok;
}

bool
make_crl(const struct make_signer *signer, const char *from, const char *list,
    const struct crl_rules *rules, struct buf *out)
{
	struct crl_rules actual = *rules;
	struct authority ca = { 0 };
	struct revoked revoked = { 0 };
	bool ok;

	ok = authority_read(signer->cert, &signer->place, GNUTLS_KEY_CRL_SIGN,
		 signer->now, &ca) &&
	     (from == NULL || add_former(from, &ca, &actual, &revoked)) &&
	     add_list(list, &ca, signer->now, &revoked) &&
	     crl_sign(&revoked, &ca, &actual, out);
	if (ok)
		msg_trace("number %llu, revoked: %zu",
		    (unsigned long long)actual.number, revoked.count);
	revoked_free(&revoked);
	authority_free(&ca);
	return ok;
}

bool
make_keystore(const struct key_place *place, const char *chain,
    const char *name, const char *password, struct buf *out)
{
	struct x509_list list = { 0 };
	gnutls_privkey_t key = NULL;
	bool ok;

	ok = x509_read(chain, &list);
	if (ok && place->name == NULL)
		ok = truststore_make(&list, name, password, out);
	else if (ok)
		ok = key_read(place, &key) &&
		     pair_match(list.crt[0], chain, key, place->name) &&
		     pkcs12_make(key, &list, name, password, out);
	if (ok)
		msg_trace(
		    "keys: %d, certificates: %u", key != NULL, list.count);
	x509_free(&list);
	key_free(key);
	return ok;
}

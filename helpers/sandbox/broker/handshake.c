/* handshake.c: what a client shows in its TLS handshake.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <openssl/asn1.h>

#include "fault.h"
#include "sandbox/broker/handshake.h"

bool
handshake_is_for(const X509 *crt, const char *id)
{
	X509_NAME *subject = X509_get_subject_name(crt);
	unsigned char *name = NULL;
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	bool same;
	int len;

	if (at < 0 ||
	    X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0)
		return false;
	len = ASN1_STRING_to_UTF8(
	    &name, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
	same = len >= 0 && (size_t)len == strlen(id) &&
	       memcmp(name, id, (size_t)len) == 0;
	OPENSSL_free(name);
	return same;
}

static void
free_chain(void *parent, void *data, CRYPTO_EX_DATA *all, int index,
    long number, void *user_data)
{
	(void)parent;
	(void)all;
	(void)index;
	(void)number;
	(void)user_data;
	if (data != NULL)
		x509_free(data);
	free(data);
}

static bool
add_crt(struct x509_list *chain, const X509 *crt)
{
	gnutls_datum_t der = { NULL, 0 };
	int len = i2d_X509(crt, &der.data);
	gnutls_x509_crt_t *to = &chain->crt[chain->count];
	bool ok;

	if (len < 0)
		return fault_memory();
	der.size = (unsigned)len;
	ok = gnutls_x509_crt_init(to) == 0;
	if (ok && gnutls_x509_crt_import(*to, &der, GNUTLS_X509_FMT_DER) < 0) {
		gnutls_x509_crt_deinit(*to);
		ok = false;
	}
	chain->count += ok;
	OPENSSL_free(der.data);
	return ok;
}

/* Takes what a client shows as it is: who gets in is decided when it says who it
 * is, by what the tenant trusts then, and told by a CONNACK, as a tenant does.
 * The chain is kept with the client's own certificate until then. */
static int
take_chain(X509_STORE_CTX *context, void *user_data)
{
	const struct handshake *handshake = user_data;
	STACK_OF(X509) *shown = X509_STORE_CTX_get0_untrusted(context);
	X509 *leaf = X509_STORE_CTX_get0_cert(context);
	struct x509_list *chain = calloc(1, sizeof *chain);
	int count = sk_X509_num(shown);
	bool ok = chain != NULL;

	if (ok)
		chain->crt = calloc(
		    (size_t)(count > 0 ? count : 0) + 1, sizeof *chain->crt);
	ok = ok && chain->crt != NULL && add_crt(chain, leaf);
	for (int i = 0; ok && i < count; i++)
		if (X509_cmp(sk_X509_value(shown, i), leaf) != 0)
			ok = add_crt(chain, sk_X509_value(shown, i));
	if (ok && X509_set_ex_data(leaf, handshake->chain_index, chain) == 1) {
		X509_STORE_CTX_set_error(context, X509_V_OK);
		return 1;
	}
	free_chain(NULL, chain, NULL, 0, 0, NULL);
	X509_STORE_CTX_set_error(context, X509_V_ERR_OUT_OF_MEM);
	return 0;
}

/* Whose record is read now: Mosquitto tells no plugin. */
static void
note_speaker(int written, int version, int content_type, const void *bytes,
    size_t len, SSL *ssl, void *user_data)
{
	struct handshake *handshake = user_data;

	(void)version;
	(void)content_type;
	(void)bytes;
	(void)len;
	if (!written)
		handshake->speaker = ssl;
}

/* Each new session is seen here, before its handshake: Mosquitto itself lets no
 * plugin near the context that it belongs to. A tenant asks for a certificate,
 * and who shows none may log in by a password. */
static void
note_session(void *parent, void *data, CRYPTO_EX_DATA *all, int index,
    long number, void *user_data)
{
	SSL_CTX *context = SSL_get_SSL_CTX(parent);

	(void)data;
	(void)all;
	(void)index;
	(void)number;
	SSL_CTX_set_cert_verify_callback(context, take_chain, user_data);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	SSL_set_verify(parent, SSL_VERIFY_PEER, NULL);
	/* one that is resumed would show no chain */
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_set_options(parent, SSL_OP_NO_TICKET);
	SSL_set_msg_callback(parent, note_speaker);
	SSL_set_msg_callback_arg(parent, user_data);
}

bool
handshake_start(struct handshake *handshake)
{
	handshake->chain_index =
	    X509_get_ex_new_index(0, NULL, NULL, NULL, free_chain);
	handshake->session_index =
	    SSL_get_ex_new_index(0, handshake, note_session, NULL, NULL);
	return (handshake->chain_index >= 0 && handshake->session_index >= 0) ||
	       fault_memory();
}

void
handshake_stop(struct handshake *handshake)
{
	if (handshake->session_index > 0)
		CRYPTO_free_ex_index(
		    CRYPTO_EX_INDEX_SSL, handshake->session_index);
	if (handshake->chain_index > 0)
		CRYPTO_free_ex_index(
		    CRYPTO_EX_INDEX_X509, handshake->chain_index);
}

const struct x509_list *
handshake_chain(const struct handshake *handshake, const X509 *crt)
{
	return X509_get_ex_data(crt, handshake->chain_index);
}

void
handshake_refuse(const struct handshake *handshake, int code)
{
	const unsigned char connack[] = { 0x20, 2, 0, (unsigned char)code };

	/* it is the first that this session is told: there is room for it */
	if (handshake->speaker != NULL)
		SSL_write(handshake->speaker, connack, sizeof connack);
}

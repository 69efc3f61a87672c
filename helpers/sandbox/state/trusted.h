/* trusted.h: the certificates that the tenant trusts, and whom it admits.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_TRUSTED_H
#define SANDBOX_TRUSTED_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "sandbox/state/store.h"
#include "x509.h"

/* One of them, as it is kept. The texts live as long as who gave them says. */
struct trusted {
	const char *fingerprint; /* SHA-1 of the DER, lower-case hexadecimal */
	const char *name;
	const char *pem; /* base64 of the DER, without armour */
	bool enabled;
	bool registers; /* unknown devices, when they connect first */
	bool authority; /* the tenant's own CA */
	bool proved; /* who uploaded it has its key */
	const char *code; /* to be signed for that; NULL: none */
	int64_t code_until; /* seconds since 1970 */
};

/* Adds the fingerprint of CRT to OUT. */
bool trusted_fingerprint(gnutls_x509_crt_t crt, struct buf *out);

/* Reads a certificate from TEXT, PEM or the base64 of its DER, in lines or not.
 * EXIT_DATA: it is none. CRT is freed by gnutls_x509_crt_deinit. */
bool trusted_parse(const char *text, gnutls_x509_crt_t *crt);

/* Keeps CRT, with all else as CERT says. ADDED: it was not there yet; otherwise
 * nothing is changed. */
bool trusted_add(struct store *store, gnutls_x509_crt_t crt,
    const struct trusted *cert, bool *added);

/* Puts what CERT says in the place of what is kept for its fingerprint. */
bool trusted_change(struct store *store, const struct trusted *cert);

/* Forgets it. WAS: it was there. */
bool trusted_remove(struct store *store, const char *fingerprint, bool *was);

/* The tenant's own CA: puts CRT in the place of its certificate, what else is kept
 * of it stays; and forgets it. Where there is none, nothing is changed. */
bool trusted_move_authority(struct store *store, gnutls_x509_crt_t crt);
bool trusted_remove_authority(struct store *store);

/* Calls EACH with DATA for the one with FINGERPRINT, or, where that is NULL, for
 * all, the first uploaded first. False, and at once, when EACH returned false.
 * The texts live for that call. */
bool trusted_each(struct store *store, const char *fingerprint,
    bool (*each)(const struct trusted *cert, void *data), void *data);

/* Why someone gets in or does not. */
enum admission {
	ADMIT_YES,
	ADMIT_UNTRUSTED, /* its chain ends at no certificate that is enabled */
	ADMIT_REVOKED, /* one of it, or that certificate, is revoked */
	ADMIT_UNKNOWN /* it does, and no such device is registered */
};

/* Does the tenant trust CHAIN, the certificate in question first, by what is in the
 * store now? ADMIT_YES, _REVOKED or _UNTRUSTED; REGISTERS: where its anchor
 * registers unknown devices. */
bool trusted_check(struct store *store, const struct x509_list *chain,
    enum admission *admission, bool *registers);

/* May who showed CHAIN, its own certificate first, connect as the device ID? By
 * what is in the store now; what is revoked matters where the tenant looks at it
 * (revoked.h); a device that the anchor registers is registered
 * thereby. */
bool trusted_admit(struct store *store, const struct x509_list *chain,
    const char *id, enum admission *admission);

#endif

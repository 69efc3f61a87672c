/* shown.h: the certificate that the server shows, and those that it shows when
 * it is told to.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SHOWN_H
#define SANDBOX_SHOWN_H

#include <stdbool.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "sandbox/state/tenant.h"

/* Reads DIR/server.key, and for it DIR/server.pem and the wrong ones
 * server-wrong-name.pem, server-expired.pem and server-unknown.pem. TENANT, which
 * must live until shown_close, says at each handshake which of them it is. Once in
 * a process. A wrong one that is missing is not shown, and that is said on standard
 * error. EXIT_DATA: the right one is missing, or is none. */
bool shown_open(const char *dir, struct tenant *tenant);

/* Frees; nothing to do where it is not open. */
void shown_close(void);

/* What GnuTLS calls for a certificate in each handshake
 * (MHD_OPTION_HTTPS_CERT_CALLBACK). */
int shown_choose(gnutls_session_t session, const gnutls_datum_t *authorities,
    int authority_count, const gnutls_pk_algorithm_t *algorithms,
    int algorithm_count, gnutls_pcert_st **certs, unsigned *cert_count,
    gnutls_privkey_t *key);

#endif

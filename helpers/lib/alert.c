/* alert.c: why a TLS server closed the connection.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include <gnutls/gnutls.h>

#include "alert.h"
#include "x509.h"

/* longer than any server waits before it says no, shorter than it waits for a
 * client that says nothing */
enum { LISTEN_MS = 3000 };

/* A connected socket, -1 where there is none. */
static int
dial(const char *host, int port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	char service[8];
	int fd = -1;

	snprintf(service, sizeof service, "%d", port);
	if (getaddrinfo(host, service, &hints, &list) != 0)
		return -1;
	for (struct addrinfo *at = list; fd < 0 && at != NULL;
	     at = at->ai_next) {
		fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, 0);
		if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) != 0) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(list);
	return fd;
}

/* Shakes hands on FD and reads: what GnuTLS says of the end. */
static int
listen_on(gnutls_session_t session, int fd)
{
	char byte;
	int rc;

	gnutls_transport_set_int(session, fd);
	gnutls_handshake_set_timeout(session, LISTEN_MS);
	gnutls_record_set_timeout(session, LISTEN_MS);
	do {
		rc = gnutls_handshake(session);
	} while (rc < 0 && gnutls_error_is_fatal(rc) == 0);
	while (rc == 0 || rc == GNUTLS_E_AGAIN || rc == GNUTLS_E_INTERRUPTED) {
		rc = (int)gnutls_record_recv(session, &byte, 1);
		if (rc == 0)
			return 0;
	}
	return rc;
}

bool
alert_ask(const char *host, int port, const char *cert,
    const struct key_place *key, struct buf *words)
{
	gnutls_certificate_credentials_t mine = NULL;
	gnutls_session_t session = NULL;
	bool ok = true;
	int fd = -1;

	if (!x509_start() || gnutls_certificate_allocate_credentials(&mine) < 0)
		return false;
	if (gnutls_certificate_set_x509_key_file2(mine, cert, key->name,
		GNUTLS_X509_FMT_PEM, key->passphrase, 0) < 0 ||
	    gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT) < 0)
		goto out;
	gnutls_set_default_priority(session);
	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, mine);
	fd = dial(host, port);
	if (fd >= 0 && listen_on(session, fd) == GNUTLS_E_FATAL_ALERT_RECEIVED)
		ok = buf_print(words, "alert: %s",
		    gnutls_alert_get_name(gnutls_alert_get(session)));
out:
	if (fd >= 0)
		close(fd);
	if (session != NULL)
		gnutls_deinit(session);
	gnutls_certificate_free_credentials(mine);
	return ok;
}

/* provisioned.h: the certificates that devices were seen with.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PROVISIONED_H
#define SANDBOX_PROVISIONED_H

#include <stdbool.h>
#include <stdint.h>
#include <gnutls/x509.h>

#include "sandbox/state/store.h"

/* One of them; its texts live for that call. */
struct provisioned {
	const char *serial; /* hexadecimal, lower case, no zeros before it */
	int64_t not_before; /* seconds since 1970 */
	int64_t not_after;
};

/* DEVICE was let in with CRT, in a handshake. */
bool provisioned_note(
    struct store *store, const char *device, gnutls_x509_crt_t crt);

/* Calls EACH with DATA for the certificates of DEVICE, the newest first, five at
 * most, as a tenant does. False, and at once, when EACH returned false. */
bool provisioned_each(struct store *store, const char *device,
    bool (*each)(const struct provisioned *certificate, void *data),
    void *data);

#endif

/* purpose.c: what a certificate may be used as.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "exit.h"
#include "fault.h"
#include "purpose.h"
#include "x509.h"

static const struct use {
	const char *name;
	const char *purpose;
	unsigned keys; /* one of these key usages is enough */
} uses[] = {
	[PURPOSE_ANY] = { "anything", GNUTLS_KP_ANY, 0 },
	[PURPOSE_CLIENT] = { "client", GNUTLS_KP_TLS_WWW_CLIENT,
	    GNUTLS_KEY_DIGITAL_SIGNATURE },
	[PURPOSE_SERVER] = { "server", GNUTLS_KP_TLS_WWW_SERVER,
	    GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT },
	[PURPOSE_CA] = { "ca", NULL, GNUTLS_KEY_KEY_CERT_SIGN },
};

bool
purpose_parse(const char *name, enum purpose *purpose)
{
	for (int i = PURPOSE_CLIENT; i <= PURPOSE_CA; i++) {
		if (strcmp(uses[i].name, name) != 0)
			continue;
		*purpose = (enum purpose)i;
		return true;
	}
	return fault(EXIT_USAGE, "%s: there are client, server and ca", name);
}

const char *
purpose_name(enum purpose purpose)
{
	return uses[purpose].name;
}

bool
purpose_fits(gnutls_x509_crt_t crt, enum purpose purpose, bool *fits)
{
	const struct use *use = &uses[purpose];
	unsigned keys = 0;
	int rc = gnutls_x509_crt_get_key_usage(crt, &keys, NULL);

	if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		keys = use->keys;
	else if (!x509_ok(rc, "key usage"))
		return false;
	*fits = (keys & use->keys) != 0 || use->keys == 0;
	if (use->purpose != NULL)
		*fits = *fits && gnutls_x509_crt_check_key_purpose(
				     crt, use->purpose, 0) != 0;
	else
		*fits = *fits && gnutls_x509_crt_get_ca_status(crt, NULL) > 0;
	return true;
}

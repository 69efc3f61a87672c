/* authority.c: the tenant's certificate authority: its key and its certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "fault.h"
#include "file.h"
#include "key.h"
#include "sandbox/state/authority.h"

bool
authority_open(const char *dir, struct issuer *issuer)
{
	char *crt = file_suffixed(dir, "/ca.pem");
	char *key = file_suffixed(dir, "/ca.key");
	bool ok = false;

	*issuer = (struct issuer){ .key = NULL };
	if (crt == NULL || key == NULL)
		fault_memory();
	else
		ok = x509_read(crt, &issuer->ca) &&
		     key_read(&(struct key_place){ key, NULL }, &issuer->key);
	if (!ok)
		authority_close(issuer);
	free(crt);
	free(key);
	return ok;
}

void
authority_close(struct issuer *issuer)
{
	x509_free(&issuer->ca);
	key_free(issuer->key);
	issuer->key = NULL;
}

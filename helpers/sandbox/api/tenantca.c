/* tenantca.c: the REST calls around the tenant's own CA.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "sandbox/api/audit.h"
#include "sandbox/api/feature.h"
#include "sandbox/api/tenantca.h"
#include "sandbox/api/upload.h"
#include "sandbox/http/login.h"
#include "sandbox/state/settings.h"
#include "sandbox/state/token.h"

/* Tells of ACTIVITY, and answers with the certificate. */
static bool
tell(struct exchange *x, unsigned status, const char *activity)
{
	struct buf fingerprint = { 0 };
	bool ok;

	ok = authority_fingerprint(&x->tenant->issuer, &fingerprint) &&
	     audit_write(x, "TenantCertificateAuthority", activity,
		 buf_text(&fingerprint), "%s, fingerprint: '%s'", activity,
		 buf_text(&fingerprint)) &&
	     upload_answer(x, status, buf_text(&fingerprint));
	buf_free(&fingerprint);
	return ok;
}

bool
tenantca_create(struct exchange *x)
{
	struct tenant *tenant = x->tenant;
	bool registers;

	if (!feature_require(x) || !login_require(x, LOGIN_TRUST_ADMIN))
		return false;
	if (authority_exists(&tenant->issuer))
		return exchange_refuse(x, 409, "tenant/conflict",
		    "Certificate Authority already exists for "
		    "tenant " TOKEN_TENANT);
	return settings_is(&tenant->store, SETTING_AUTHORITY_REGISTERS, "true",
		   &registers) &&
	       authority_create(
		   &tenant->store, tenant->dir, registers, &tenant->issuer) &&
	       tell(x, 201, "Tenant certificate authority (CA) created");
}

/* There is none, or it is too early. */
static bool
refuse_renewal(struct exchange *x)
{
	int64_t status;

	/* the words that the tenant's user interface looks for */
	return settings_number(
		   &x->tenant->store, SETTING_AUTHORITY_RENEW, &status) &&
	       exchange_refuse(x, (unsigned)status,
		   status == 404 ? "general/notFound"
				 : "general/validationError",
		   "Certificate Authority is not found or not eligible for "
		   "renewal for tenant " TOKEN_TENANT);
}

bool
tenantca_renew(struct exchange *x)
{
	struct tenant *tenant = x->tenant;

	if (!feature_require(x) || !login_require(x, LOGIN_TRUST_ADMIN))
		return false;
	if (!authority_exists(&tenant->issuer) ||
	    !authority_may_renew(&tenant->issuer))
		return refuse_renewal(x);
	return authority_renew(&tenant->store, tenant->dir, &tenant->issuer) &&
	       tell(x, 200, "Tenant certificate authority (CA) renewed");
}

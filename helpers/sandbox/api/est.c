/* est.c: the tenant's EST endpoints (RFC 7030).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/gnutls.h>

#include "csr.h"
#include "sandbox/state/device.h"
#include "sandbox/api/answer.h"
#include "sandbox/api/body.h"
#include "sandbox/api/est.h"
#include "sandbox/api/feature.h"
#include "exit.h"
#include "fault.h"
#include "sandbox/state/faults.h"
#include "sandbox/state/issue.h"
#include "sandbox/state/settings.h"
#include "sandbox/api/misbehave.h"
#include "sandbox/http/login.h"
#include "x509.h"

/* the words of a tenant, which a client may look for */
static const char no_login[] =
    "Full authentication is required to access this resource";

/* Basic: a device id and its one-time password. */
static bool
check_password(struct exchange *x)
{
	const char *id = x->request->auth_basic_user;
	const char *otp = x->request->auth_basic_password;
	bool may;

	if (id == NULL || otp == NULL)
		return exchange_unauthorized(x, no_login);
	if (!buf_add(&x->device, id, strlen(id)) ||
	    !device_may_enrol(&x->tenant->store, id, otp, &may))
		return false;
	return may || exchange_unauthorized(x, ANSWER_NO_REQUEST);
}

static bool
check_media(struct exchange *x)
{
	return body_has_media(x) ||
	       exchange_refuse(x, 400, "general/badRequest",
		   "Content-Type must be " BODY_MEDIA);
}

/* Refuses with what SETTING has for a status. */
static bool
refuse_by(struct exchange *x, enum setting setting, const char *message)
{
	int64_t status;

	if (!settings_number(&x->tenant->store, setting, &status))
		return false;
	return exchange_refuse(x, (unsigned)status,
	    status == 422 ? "general/validationError" : "general/badRequest",
	    message);
}

static bool
read_request(struct exchange *x, gnutls_x509_crq_t *csr)
{
	return body_read(x, csr) ||
	       refuse_by(x, SETTING_ENROL_BAD, fault_text());
}

/* The tenant certifies the device that asks, and no other. */
static bool
check_subject(struct exchange *x, gnutls_x509_crq_t csr)
{
	struct buf name = { 0 };
	bool same;

	same = csr_common_name(csr, &name) && name.len == x->device.len &&
	       memcmp(name.data, x->device.data, name.len) == 0;
	buf_free(&name);
	return same || exchange_refuse(x, 422, "general/validationError",
			   "The CN of the certificate request must be the "
			   "device id");
}

/* OTP is spent by it, NULL where a token opened the door. */
static bool
issue(struct exchange *x, const char *otp, const struct fault_taken *taken)
{
	struct issue_job job = { .store = &x->tenant->store,
		.issuer = &x->tenant->issuer,
		.id = buf_text(&x->device),
		.otp = otp,
		.flaw = taken->kind };
	gnutls_x509_crt_t crt = NULL;
	struct buf body = { 0 };
	bool ok = false;

	if (!authority_exists(job.issuer))
		return exchange_missing(x, ANSWER_NO_KEYPAIR);
	if (!read_request(x, &job.csr) || !check_subject(x, job.csr))
		goto out;
	if (issue_certificate(&job, &crt))
		ok = answer_print(x, crt, &body) &&
		     misbehave_deliver(x, taken, &body);
	else if (fault_code() == EXIT_REFUSED)
		exchange_unauthorized(x, ANSWER_NO_REQUEST);
	else if (fault_code() == EXIT_CONF)
		refuse_by(x, SETTING_ENROL_NO_CA, ANSWER_NO_AUTHORITY);
out:
	if (crt != NULL)
		gnutls_x509_crt_deinit(crt);
	csr_free(job.csr);
	buf_free(&body);
	return ok;
}

static bool
serve(struct exchange *x, bool (*check)(struct exchange *x), bool first)
{
	struct fault_taken taken;

	if (!misbehave_draw(x, &taken))
		return false;
	if (misbehave_first(x, &taken))
		return true;
	/* from here on it is who logs in, and no longer who says so */
	buf_free(&x->device);
	return !x->answered && feature_require(x) && check(x) &&
	       check_media(x) &&
	       issue(x, first ? x->request->auth_basic_password : NULL, &taken);
}

bool
est_enrol(struct exchange *exchange)
{
	return serve(exchange, check_password, true);
}

bool
est_reenrol(struct exchange *exchange)
{
	return serve(exchange, login_require_device, false);
}

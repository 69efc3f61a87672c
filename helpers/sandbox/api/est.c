/* est.c: the tenant's EST endpoints (RFC 7030).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/gnutls.h>

#include "csr.h"
#include "sandbox/state/device.h"
#include "sandbox/api/body.h"
#include "sandbox/api/est.h"
#include "sandbox/api/feature.h"
#include "exit.h"
#include "fault.h"
#include "sandbox/state/faults.h"
#include "sandbox/state/issue.h"
#include "sandbox/state/settings.h"
#include "sandbox/api/misbehave.h"
#include "sandbox/api/pkcs7.h"
#include "sandbox/http/login.h"
#include "x509.h"

#define MEDIA_CERTS "application/pkcs7-mime;smime-type=certs-only"

/* the words of a tenant, which a client may look for */
static const char no_request[] =
    "No newDeviceRequest found for this ID. It may already be registered, "
    "check the audit logs for details.";
static const char no_login[] =
    "Full authentication is required to access this resource";
static const char no_keypair[] = "Failed to retrieve tenant keypair";
static const char no_authority[] =
    "Tenant CA certificate is either missing, expired, or has a validity of "
    "less than one year";

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
	return may || exchange_unauthorized(x, no_request);
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

static bool
wants_pem(const struct exchange *x)
{
	const char *accept = exchange_header(x, "Accept");

	return accept != NULL && strcasestr(accept, BODY_MEDIA) != NULL;
}

/* The media type that a certificate has in this answer. */
static bool
answer_body(struct exchange *x, const struct buf *body)
{
	int64_t status;

	if (!settings_number(&x->tenant->store, SETTING_ENROL_STATUS, &status))
		return false;
	if (wants_pem(x))
		return exchange_answer(
		    x, (unsigned)status, BODY_MEDIA, body->data, body->len);
	return exchange_add_header(x, "Content-Transfer-Encoding", "base64") &&
	       exchange_answer(
		   x, (unsigned)status, MEDIA_CERTS, body->data, body->len);
}

static bool
answer_certificate(struct exchange *x, gnutls_x509_crt_t crt)
{
	struct x509_list list = { &crt, 1 };
	struct buf body = { 0 };
	bool ok;

	ok = (wants_pem(x) ? x509_print_pem(&list, &body)
			   : pkcs7_print(crt, &body)) &&
	     answer_body(x, &body);
	buf_free(&body);
	return ok;
}

/* OTP is spent by it, NULL where a token opened the door. */
static bool
issue(struct exchange *x, const char *otp, enum fault_kind flaw)
{
	struct issue_job job = { .store = &x->tenant->store,
		.issuer = &x->tenant->issuer,
		.id = buf_text(&x->device),
		.otp = otp,
		.flaw = flaw };
	gnutls_x509_crt_t crt = NULL;
	bool ok = false;

	if (!authority_exists(job.issuer))
		return exchange_missing(x, no_keypair);
	if (!read_request(x, &job.csr) || !check_subject(x, job.csr))
		goto out;
	if (issue_certificate(&job, &crt))
		ok = flaw == FAULT_LOST ? misbehave(x, FAULT_SILENT)
					: answer_certificate(x, crt);
	else if (fault_code() == EXIT_REFUSED)
		exchange_unauthorized(x, no_request);
	else if (fault_code() == EXIT_CONF)
		refuse_by(x, SETTING_ENROL_NO_CA, no_authority);
out:
	if (crt != NULL)
		gnutls_x509_crt_deinit(crt);
	csr_free(job.csr);
	return ok;
}

/* Misbehaviour comes before all else, so that a test sees it with the first
 * request, whatever that holds. */
static bool
serve(struct exchange *x, bool (*check)(struct exchange *x), bool first)
{
	struct buf garbage = { 0 };
	enum fault_kind kind;
	bool ok;

	if (!faults_take(&x->tenant->store, &kind))
		return false;
	if (misbehave(x, kind))
		return true;
	if (kind == FAULT_GARBAGE) {
		ok = buf_print(&garbage, "This is no certificate.\n") &&
		     answer_body(x, &garbage);
		buf_free(&garbage);
		return ok;
	}
	return feature_require(x) && check(x) && check_media(x) &&
	       issue(x, first ? x->request->auth_basic_password : NULL, kind);
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

/* enrol.c: certificates for requests.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "csr.h"
#include "exit.h"
#include "fault.h"
#include "sandbox/api/body.h"
#include "sandbox/est/binding.h"
#include "sandbox/est/enrol.h"
#include "sandbox/est/keypair.h"
#include "sandbox/est/plain.h"
#include "sandbox/est/subject.h"
#include "sandbox/est/who.h"
#include "sandbox/state/device.h"
#include "sandbox/state/issue.h"
#include "sandbox/state/pending.h"
#include "sandbox/state/settings.h"
#include "text.h"

/* One of the three operations, and how far it has come. */
struct order {
	const char *operation;
	bool renewal;
	bool makes_key;
	struct who who;
	gnutls_x509_crq_t csr;
	struct subject subject; /* of CSR */
	struct buf mark; /* what is the same when CSR is asked for again */
	struct buf key; /* PEM, where one is made */
};

/* A request that is repeated has the same names and key (RFC 7030, 4.2.3). Its
 * signature may be another one, and with it the proof of possession. */
static bool
make_mark(struct order *order)
{
	const struct subject *subject = &order->subject;
	unsigned char hash[32];
	struct key_id key;
	struct buf all = { 0 };
	bool ok;

	ok = csr_key_id(order->csr, &key) &&
	     buf_print(&all, "%s %zu ", order->operation, subject->name.len) &&
	     buf_add(&all, key.hash, sizeof key.hash) &&
	     buf_add(&all, subject->name.data, subject->name.len) &&
	     buf_add(
		 &all, subject->alternatives.data, subject->alternatives.len) &&
	     x509_ok(
		 gnutls_hash_fast(GNUTLS_DIG_SHA256, all.data, all.len, hash),
		 "request");
	for (size_t i = 0; ok && i < sizeof hash; i++)
		ok = buf_print(&order->mark, "%02x", hash[i]);
	buf_free(&all);
	return ok;
}

static bool
read_request(struct exchange *x, struct order *order)
{
	if (!body_has_media(x))
		return plain_refuse(
		    x, 400, "Content-Type must be " BODY_MEDIA ".");
	if (!body_read(x, &order->csr))
		return fault_code() == EXIT_DATA &&
		       plain_refuse(x, 400, "%s.", fault_text());
	return subject_of_csr(order->csr, &order->subject) && make_mark(order);
}

/* The next certificate is for whom the present one is (RFC 7030, 4.2.2). */
static bool
check_renewal(struct exchange *x, const struct order *order)
{
	struct subject present;
	bool same;
	bool ok;

	if (!order->renewal || order->who.chain.count == 0)
		return true;
	ok = subject_of_crt(order->who.chain.crt[0], &present);
	same = ok && subject_same(&present, &order->subject);
	subject_free(&present);
	if (!ok)
		return false;
	return same || plain_refuse(x, 403,
			   "Subject and SubjectAltName of the request are not "
			   "those of the client certificate.");
}

static bool
check_names(struct exchange *x, const struct order *order)
{
	const struct buf *id = &order->who.id;

	if (!csr_common_name(order->csr, &x->device))
		buf_free(&x->device);
	if (id->len > 0 && (id->len != x->device.len ||
			       memcmp(id->data, x->device.data, id->len) != 0))
		return plain_refuse(x, 403,
		    "The common name of the request must be the device id.");
	return check_renewal(x, order);
}

static bool
say_later(struct exchange *x)
{
	static const char text[] = "The request waits for approval.";
	struct buf seconds = { 0 };
	bool ok;

	ok = settings_text(&x->tenant->store, SETTING_EST_RETRY, &seconds) &&
	     exchange_add_header(x, "Retry-After", buf_text(&seconds)) &&
	     exchange_answer(x, 202, "text/plain", text, sizeof text - 1);
	buf_free(&seconds);
	return ok;
}

/* Where a person must approve: may it be signed now? Otherwise that is
 * answered. */
static bool
check_approval(struct exchange *x, const struct order *order, bool *approved)
{
	struct store *store = &x->tenant->store;
	const struct pending wanted = { .id = buf_text(&x->device),
		.operation = order->operation };
	const char *status;
	bool manual;

	*approved = false;
	if (!settings_is(store, SETTING_EST_APPROVAL, "manual", &manual))
		return false;
	if (!manual) {
		*approved = true;
		return true;
	}
	if (!pending_ask(store, buf_text(&order->mark), &wanted, &status))
		return false;
	*approved = strcmp(status, PENDING_APPROVED) == 0;
	if (strcmp(status, PENDING_DENIED) == 0)
		return plain_refuse(x, 403, "The request was denied.");
	return *approved || say_later(x);
}

/* Whoever has a certificate of the tenant's is one of its devices. */
static bool
admit(struct exchange *x)
{
	struct store *store = &x->tenant->store;
	const char *id = buf_text(&x->device);
	bool known;

	if (!text_check_id(id))
		return true;
	return device_is_known(store, id, &known) &&
	       (known || device_admit(store, id));
}

static bool
refuse_issue(struct exchange *x)
{
	if (fault_code() == EXIT_REFUSED)
		return who_refuse(x, "The one-time password is spent.");
	if (fault_code() == EXIT_CONF)
		return plain_refuse(x, 404, "The CA: %s.", fault_text());
	return fault_code() == EXIT_DATA &&
	       plain_refuse(x, 400, "%s.", fault_text());
}

static bool
answer(struct exchange *x, const struct order *order, gnutls_x509_crt_t crt)
{
	struct x509_list list = { &crt, 1 };
	struct buf der = { 0 };
	bool ok;

	if (order->makes_key)
		return keypair_answer(x, &order->key, crt);
	ok = plain_pack(&list, &der) &&
	     plain_answer(x, PLAIN_CERTS, der.data, der.len);
	buf_free(&der);
	return ok;
}

static bool
issue(struct exchange *x, struct order *order)
{
	struct issue_job job = { .store = &x->tenant->store,
		.issuer = &x->tenant->issuer,
		.id = buf_text(&x->device),
		.usual = true };
	gnutls_x509_crt_t crt = NULL;
	bool ok;

	if (order->makes_key && !keypair_make(&order->csr, &order->key))
		return refuse_issue(x);
	job.csr = order->csr;
	if (order->who.otp.len > 0)
		job.otp = buf_text(&order->who.otp);
	if (!issue_certificate(&job, &crt))
		return refuse_issue(x);
	ok = admit(x) && pending_forget(job.store, buf_text(&order->mark)) &&
	     answer(x, order, crt);
	gnutls_x509_crt_deinit(crt);
	return ok;
}

static bool
run(struct exchange *x, struct order *order)
{
	bool approved = false;
	bool ok;

	ok = plain_check_authority(x) &&
	     who_asks(x, order->renewal, &order->who) &&
	     read_request(x, order) && binding_check(x, order->csr) &&
	     (!order->makes_key || keypair_check(x, order->csr)) &&
	     check_names(x, order) && check_approval(x, order, &approved) &&
	     (!approved || issue(x, order));
	who_free(&order->who);
	csr_free(order->csr);
	subject_free(&order->subject);
	buf_free(&order->mark);
	buf_free(&order->key);
	return ok;
}

bool
enrol_first(struct exchange *x)
{
	return run(x, &(struct order){ .operation = "simpleenroll" });
}

bool
enrol_next(struct exchange *x)
{
	return run(x,
	    &(struct order){ .operation = "simplereenroll", .renewal = true });
}

bool
enrol_made(struct exchange *x)
{
	return run(x,
	    &(struct order){ .operation = "serverkeygen", .makes_key = true });
}

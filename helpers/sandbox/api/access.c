/* access.c: tokens for devices that show their certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <gnutls/gnutls.h>
#include <jansson.h>

#include "exit.h"
#include "fault.h"
#include "sandbox/api/access.h"
#include "sandbox/http/peers.h"
#include "sandbox/state/faults.h"
#include "sandbox/state/provisioned.h"
#include "sandbox/state/token.h"
#include "sandbox/state/trusted.h"
#include "x509.h"

static bool
unreadable(struct exchange *x)
{
	return exchange_refuse(x, 400, "general/badRequest",
	    "The chain of certificates is not readable");
}

/* Moves those of MORE that CHAIN does not have behind its own. */
static bool
append(struct x509_list *chain, struct x509_list *more)
{
	gnutls_x509_crt_t *all =
	    reallocarray(chain->crt, chain->count + more->count, sizeof *all);

	if (all == NULL)
		return fault_memory();
	chain->crt = all;
	for (unsigned i = 0; i < more->count; i++) {
		unsigned at = 0;

		while (at < chain->count &&
		       !gnutls_x509_crt_equals(all[at], more->crt[i]))
			at++;
		if (at < chain->count)
			continue;
		all[chain->count++] = more->crt[i];
		more->crt[i] = NULL;
	}
	return true;
}

/* The same with what stands in the header X-Ssl-Cert-Chain: PEM with blanks for
 * line feeds. */
static bool
read_chain(struct exchange *x, struct x509_list *chain)
{
	const char *header = exchange_header(x, "X-Ssl-Cert-Chain");
	struct x509_list more = { NULL, 0 };
	bool ok;

	if (!peers_read(x, chain))
		return fault_code() == EXIT_DATA ? unreadable(x) : false;
	if (header == NULL || chain->count == 0)
		return true;
	if (!x509_parse(header, strlen(header), "X-Ssl-Cert-Chain", &more))
		return unreadable(x);
	ok = append(chain, &more);
	for (unsigned i = 0; i < more.count; i++)
		if (more.crt[i] != NULL)
			gnutls_x509_crt_deinit(more.crt[i]);
	gnutls_free(more.crt);
	return ok;
}

/* Does what is to go wrong with a token. False: there is none. */
static bool
misbehave(struct exchange *x)
{
	struct fault_taken taken;

	if (!faults_take_token(&x->tenant->store, buf_text(&x->device), &taken))
		return false;
	if (taken.kind == FAULT_NONE)
		return true;
	x->note = faults_row(taken.kind)->name;
	if (taken.kind == FAULT_TOKEN_REFUSED)
		return exchange_unauthorized(
		    x, "The certificate is invalid or revoked");
	tenant_idle(x->tenant, (unsigned)taken.seconds);
	return true;
}

/* Gets the device whose certificate is shown in? */
static bool
check_chain(struct exchange *x, const struct x509_list *chain)
{
	enum admission admission = ADMIT_UNTRUSTED;
	bool strange;

	if (chain->count > 0 && x509_common_name(chain->crt[0], &x->device) &&
	    !trusted_admit(
		&x->tenant->store, chain, buf_text(&x->device), &admission))
		return false;
	if (!faults_strange(&x->tenant->store, buf_text(&x->device), &strange))
		return false;
	if (strange) {
		x->note = faults_row(FAULT_STRANGE)->name;
		return exchange_unauthorized(
		    x, "The certificate is not known yet");
	}
	if (admission == ADMIT_UNTRUSTED)
		return exchange_unauthorized(
		    x, "No client certificate that this tenant trusts");
	if (admission == ADMIT_REVOKED)
		return exchange_unauthorized(x, "The certificate is revoked");
	return admission == ADMIT_YES ||
	       exchange_unauthorized(
		   x, "The certificate is for no device of this tenant");
}

bool
access_token(struct exchange *exchange)
{
	struct x509_list chain;
	struct buf token = { 0 };
	bool ok;

	ok = read_chain(exchange, &chain) && check_chain(exchange, &chain) &&
	     misbehave(exchange) &&
	     provisioned_note(&exchange->tenant->store,
		 buf_text(&exchange->device), chain.crt[0]) &&
	     token_make(&exchange->tenant->jwt, &exchange->tenant->store,
		 buf_text(&exchange->device), time(NULL), &token) &&
	     exchange_answer_json(exchange, 200, "application/json",
		 json_pack("{s:s}", "accessToken", buf_text(&token)));
	x509_free(&chain);
	buf_free(&token);
	return ok;
}

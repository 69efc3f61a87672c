/* chain.c: would this tenant trust that chain?
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <gnutls/x509.h>
#include <jansson.h>

#include "fault.h"
#include "sandbox/api/chain.h"
#include "sandbox/http/form.h"
#include "sandbox/http/login.h"
#include "sandbox/state/token.h"
#include "sandbox/state/trusted.h"
#include "x509.h"

/* how long a chain may be */
enum { FILE_MOST = 10, HEADER_MOST = 5 };

static bool
unreadable(struct exchange *x)
{
	return exchange_refuse(x, 400, "general/badRequest",
	    "Unable to parse the certificate chain");
}

/* Those in the form's file. */
static bool
read_form(struct exchange *x, struct x509_list *chain)
{
	struct buf file = { 0 };
	bool ok;

	ok = form_file(x, "file", &file) &&
	     ((x509_parse(file.data, file.len, "file", chain) &&
		  chain->count <= FILE_MOST) ||
		 unreadable(x));
	buf_free(&file);
	return ok;
}

/* Those in TEXT: commas between them, blanks for line feeds, with armour or
 * not. */
static bool
read_header(struct exchange *x, const char *text, struct x509_list *chain)
{
	struct buf copy = { 0 };
	char *rest;
	char *at;
	bool ok = true;

	chain->crt = calloc(HEADER_MOST, sizeof *chain->crt);
	if (chain->crt == NULL || !buf_print(&copy, "%s", text)) {
		buf_free(&copy);
		return fault_memory();
	}
	for (at = strtok_r((char *)copy.data, ",", &rest); ok && at != NULL;
	     at = strtok_r(NULL, ",", &rest)) {
		ok = (chain->count < HEADER_MOST &&
			 trusted_parse(at, &chain->crt[chain->count])) ||
		     unreadable(x);
		chain->count += ok;
	}
	buf_free(&copy);
	return ok;
}

static bool
read_chain(struct exchange *x, struct x509_list *chain)
{
	const char *header =
	    exchange_header(x, "X-Cumulocity-Client-Cert-Chain");

	if (form_is(x))
		return read_form(x, chain);
	return header != NULL && *header != '\0' ? read_header(x, header, chain)
						 : unreadable(x);
}

/* Is the tenant that is asked for, in the form or the header, this one? */
static bool
check_tenant(struct exchange *x)
{
	const char *wanted = exchange_header(x, "X-Cumulocity-TenantId");
	struct buf text = { 0 };
	bool found;
	bool ok;

	ok = form_text(x, "tenantId", &found, &text);
	if (found && text.len > 0)
		wanted = buf_text(&text);
	ok = ok && (wanted == NULL || strcmp(wanted, TOKEN_TENANT) == 0 ||
		       exchange_missing(x, "There is no tenant with this id"));
	buf_free(&text);
	return ok;
}

static bool
answer(struct exchange *x, gnutls_x509_crt_t crt)
{
	gnutls_datum_t issuer = { NULL, 0 };
	gnutls_datum_t subject = { NULL, 0 };
	bool ok;

	/* no names, no text */
	gnutls_x509_crt_get_issuer_dn3(crt, &issuer, 0);
	gnutls_x509_crt_get_dn3(crt, &subject, 0);
	ok = exchange_answer_json(x, 200, "application/json",
	    json_pack("{s:b, s:s, s:s*, s:s*}", "successfullyValidated", 1,
		"tenantId", TOKEN_TENANT, "issuer", issuer.data, "subject",
		subject.data));
	gnutls_free(issuer.data);
	gnutls_free(subject.data);
	return ok;
}

bool
chain_verify(struct exchange *x)
{
	struct x509_list chain = { NULL, 0 };
	enum admission admission;
	bool registers;
	bool ok;

	if (!login_require(x, LOGIN_TRUST_READ) || !check_tenant(x))
		return false;
	ok = read_chain(x, &chain) &&
	     trusted_check(&x->tenant->store, &chain, &admission, &registers);
	if (ok && admission == ADMIT_YES)
		ok = answer(x, chain.crt[0]);
	else if (ok)
		ok = exchange_unauthorized(
		    x, admission == ADMIT_REVOKED
			   ? "The certificate chain is revoked"
			   : "The certificate chain is not valid");
	x509_free(&chain);
	return ok;
}

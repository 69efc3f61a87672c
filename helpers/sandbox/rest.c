/* rest.c: the REST calls around registration, tokens, and the tenant itself.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <gnutls/gnutls.h>
#include <jansson.h>

#include "device.h"
#include "fault.h"
#include "faults.h"
#include "rest.h"
#include "text.h"
#include "token.h"
#include "trusted.h"
#include "x509.h"

#define MEDIA_ONE "application/vnd.com.nsn.cumulocity.newdevicerequest+json"
#define MEDIA_ALL                                                              \
	"application/vnd.com.nsn.cumulocity.newdevicerequestcollection+json"

static json_t *
describe(const struct device *device)
{
	/* s*: a type that is not there is no member */
	return json_pack("{s:s, s:s, s:o, s:s+, s:s*}", "id", device->id,
	    "status", device->status, "creationTime",
	    exchange_time(device->created_at), "self",
	    "/devicecontrol/newDeviceRequests/", device->id, "type",
	    device->type);
}

/* What device_each calls: appends to the array DATA. */
static bool
collect(const struct device *device, void *data)
{
	return json_array_append_new(data, describe(device)) == 0 ||
	       fault_memory();
}

/* The device ID, or all where it is NULL, as an array; NULL: a fault. */
static json_t *
find(struct exchange *x, const char *id)
{
	json_t *found = json_array();

	if (found == NULL)
		fault_memory();
	else if (device_each(&x->tenant->store, id, collect, found))
		return found;
	json_decref(found);
	return NULL;
}

static bool
answer_one(struct exchange *x, unsigned status, const char *id)
{
	json_t *found = find(x, id);
	bool ok;

	if (found == NULL)
		return false;
	if (json_array_size(found) == 0)
		ok = exchange_refuse(x, 404, "devicecontrol/notFound",
		    "No newDeviceRequest has this ID");
	else
		ok = exchange_answer_json(x, status, MEDIA_ONE,
		    json_incref(json_array_get(found, 0)));
	json_decref(found);
	return ok;
}

/* A request that still waits has to be deleted before there can be another. */
static bool
check_free(struct exchange *x, const char *id)
{
	json_t *found = find(x, id);
	const char *status;
	bool waiting;

	if (found == NULL)
		return false;
	status = json_string_value(
	    json_object_get(json_array_get(found, 0), "status"));
	waiting = status != NULL && strcmp(status, DEVICE_ACCEPTED) != 0;
	json_decref(found);
	return !waiting || exchange_refuse(x, 409, "devicecontrol/conflict",
			       "A newDeviceRequest for this ID exists");
}

static bool
add_device(struct exchange *x, const json_t *body)
{
	const char *id = json_string_value(json_object_get(body, "id"));
	const char *type = json_string_value(json_object_get(body, "type"));
	const char *otp =
	    json_string_value(json_object_get(body, "enrollmentToken"));

	if (id == NULL || otp == NULL)
		return exchange_invalid(
		    x, "id and enrollmentToken must be texts");
	if (!text_check_id(id) || !device_check_password(otp))
		return exchange_invalid(x, fault_text());
	if (!buf_add(&x->device, id, strlen(id)) || !check_free(x, id) ||
	    !device_register(&x->tenant->store, id, otp, type))
		return false;
	return answer_one(x, 201, id);
}

bool
rest_register(struct exchange *exchange)
{
	json_t *body;
	bool ok;

	if (!exchange_operator(exchange))
		return false;
	body = exchange_object(exchange);
	ok = body != NULL && add_device(exchange, body);
	json_decref(body);
	return ok;
}

bool
rest_list(struct exchange *exchange)
{
	json_t *all;

	if (!exchange_operator(exchange) ||
	    (all = find(exchange, NULL)) == NULL)
		return false;
	return exchange_answer_json(exchange, 200, MEDIA_ALL,
	    json_pack("{s:s, s:o}", "self", "/devicecontrol/newDeviceRequests",
		"newDeviceRequests", all));
}

/* The id in the path, noted for the log. */
static const char *
path_id(struct exchange *x)
{
	const char *id = u_map_get(x->request->map_url, "id");

	return id != NULL && buf_add(&x->device, id, strlen(id)) ? id : "";
}

bool
rest_show(struct exchange *exchange)
{
	return exchange_operator(exchange) &&
	       answer_one(exchange, 200, path_id(exchange));
}

bool
rest_remove(struct exchange *exchange)
{
	bool was;

	if (!exchange_operator(exchange) ||
	    !device_remove(&exchange->tenant->store, path_id(exchange), &was))
		return false;
	return was ? exchange_answer(exchange, 204, NULL, NULL, 0)
		   : exchange_refuse(exchange, 404, "devicecontrol/notFound",
			 "No newDeviceRequest has this ID");
}

bool
rest_tenant(struct exchange *exchange)
{
	return exchange_operator(exchange) &&
	       exchange_answer_json(exchange, 200, "application/json",
		   json_pack("{s:s, s:s}", "name", TOKEN_TENANT, "domainName",
		       TOKEN_DOMAIN));
}

static bool
unreadable(struct exchange *x)
{
	return exchange_refuse(x, 400, "general/badRequest",
	    "The chain of certificates is not readable");
}

/* The certificates that the client showed, its own first; none is an empty
 * list. */
static bool
read_peers(struct exchange *x, struct x509_list *chain)
{
	unsigned count = 0;
	const gnutls_datum_t *ders =
	    gnutls_certificate_get_peers(x->tls, &count);

	*chain = (struct x509_list){ NULL, 0 };
	if (ders == NULL || count == 0)
		return true;
	chain->crt = calloc(count, sizeof(gnutls_x509_crt_t));
	if (chain->crt == NULL)
		return fault_memory();
	for (; chain->count < count; chain->count++) {
		gnutls_x509_crt_t *crt = &chain->crt[chain->count];

		if (gnutls_x509_crt_init(crt) < 0)
			return fault_memory();
		if (gnutls_x509_crt_import(
			*crt, &ders[chain->count], GNUTLS_X509_FMT_DER) < 0) {
			gnutls_x509_crt_deinit(*crt);
			return unreadable(x);
		}
	}
	return true;
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

	if (!read_peers(x, chain))
		return false;
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

/* Gets the device whose certificate is shown in? */
static bool
check_chain(struct exchange *x, const struct x509_list *chain)
{
	enum admission admission = ADMIT_UNTRUSTED;
	bool strange;

	if (!faults_strange(&x->tenant->store, &strange))
		return false;
	if (strange)
		return exchange_unauthorized(
		    x, "The certificate is not known yet");
	if (chain->count > 0 && x509_common_name(chain->crt[0], &x->device) &&
	    !trusted_admit(
		&x->tenant->store, chain, buf_text(&x->device), &admission))
		return false;
	if (admission == ADMIT_UNTRUSTED)
		return exchange_unauthorized(
		    x, "No client certificate that this tenant trusts");
	return admission == ADMIT_YES ||
	       exchange_unauthorized(
		   x, "The certificate is for no device of this tenant");
}

bool
rest_token(struct exchange *exchange)
{
	struct x509_list chain;
	struct buf token = { 0 };
	bool ok;

	ok = read_chain(exchange, &chain) && check_chain(exchange, &chain) &&
	     token_make(&exchange->tenant->jwt, buf_text(&exchange->device),
		 time(NULL), &token) &&
	     exchange_answer_json(exchange, 200, "application/json",
		 json_pack("{s:s}", "accessToken", buf_text(&token)));
	x509_free(&chain);
	buf_free(&token);
	return ok;
}

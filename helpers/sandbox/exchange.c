/* exchange.c: one HTTP request and the tenant's answer to it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "fault.h"
#include "msg.h"
#include "exchange.h"

int
exchange_run(
    const struct _u_request *request, struct _u_response *response, void *data)
{
	const struct binding *bound = data;
	struct exchange exchange = { .tenant = bound->tenant,
		.request = request,
		.response = response };

	pthread_mutex_lock(&bound->tenant->lock);
	if (!bound->route->handle(&exchange) && !exchange.answered) {
		msg_warn("%s", fault_text());
		exchange_refuse(&exchange, 500, "general/internalError",
		    "The sandbox failed, its log says why");
	}
	msg_warn("%s %s %s %ld", request->http_verb, request->url_path,
	    exchange.device.len > 0 ? buf_text(&exchange.device) : "-",
	    response->status);
	pthread_mutex_unlock(&bound->tenant->lock);
	buf_free(&exchange.device);
	return U_CALLBACK_COMPLETE;
}

bool
exchange_not_found(struct exchange *exchange)
{
	return exchange_refuse(
	    exchange, 404, "general/notFound", "There is nothing on this path");
}

const char *
exchange_header(const struct exchange *exchange, const char *name)
{
	return u_map_get_case(exchange->request->map_header, name);
}

bool
exchange_add_header(
    struct exchange *exchange, const char *name, const char *value)
{
	return ulfius_add_header_to_response(exchange->response, name, value) ==
		   U_OK ||
	       fault_memory();
}

bool
exchange_answer(struct exchange *exchange, unsigned status, const char *media,
    const void *body, size_t len)
{
	int rc;

	exchange->answered = true;
	if (len == 0)
		rc = ulfius_set_empty_body_response(exchange->response, status);
	else
		rc = ulfius_set_binary_body_response(
		    exchange->response, status, body, len);
	if (rc == U_OK &&
	    (len == 0 || exchange_add_header(exchange, "Content-Type", media)))
		return true;
	/* no memory for a word more than the status */
	exchange->response->status = 500;
	return fault_memory();
}

bool
exchange_answer_json(
    struct exchange *exchange, unsigned status, const char *media, json_t *json)
{
	char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
	bool ok;

	ok = text != NULL
		 ? exchange_answer(exchange, status, media, text, strlen(text))
		 : exchange_answer(exchange, 500, NULL, NULL, 0);
	json_decref(json);
	o_free(text);
	return ok;
}

bool
exchange_refuse(struct exchange *exchange, unsigned status, const char *error,
    const char *message)
{
	exchange_answer_json(exchange, status,
	    "application/vnd.com.nsn.cumulocity.error+json",
	    json_pack("{s:s, s:s}", "error", error, "message", message));
	return false;
}

/* feature.c: what a tenant can be without: the certificate authority.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <jansson.h>

#include "sandbox/api/audit.h"
#include "sandbox/api/feature.h"
#include "sandbox/http/login.h"
#include "sandbox/state/option.h"
#include "sandbox/state/settings.h"
#include "sandbox/state/token.h"

#define KEY "certificate-authority"

/* kept with the settings, where no tenant option shows it */
#define OPTION "feature." KEY

/* what a client gets that expects JSON (measured) */
static const char page[] = "<html>\n<head><title>404 Not Found</title></head>\n"
			   "<body>\n<h1>404 Not Found</h1>\n</body>\n</html>\n";

/* Does the tenant say so, and is it on? */
static bool
read_state(struct exchange *x, bool *own, bool *active)
{
	struct buf text = { 0 };
	bool ok = option_get(
	    &x->tenant->store, SETTINGS_CATEGORY, OPTION, own, &text);

	*active = !*own || strcmp(buf_text(&text), "true") == 0;
	buf_free(&text);
	return ok;
}

bool
feature_refuse(struct exchange *x)
{
	exchange_answer(x, 404, "text/html", page, sizeof page - 1);
	return false;
}

bool
feature_require(struct exchange *x)
{
	bool own;
	bool active;

	return read_state(x, &own, &active) && (active || feature_refuse(x));
}

/* NULL: a fault. */
static json_t *
describe(struct exchange *x)
{
	bool own;
	bool active;

	if (!read_state(x, &own, &active))
		return NULL;
	return json_pack("{s:s, s:b, s:s, s:s}", "phase", "GENERALLY_AVAILABLE",
	    "active", active, "strategy", own ? "TENANT" : "DEFAULT", "key",
	    KEY);
}

bool
feature_list(struct exchange *x)
{
	return login_require(x, LOGIN_ANY) &&
	       exchange_answer_json(
		   x, 200, "application/json", json_pack("[o]", describe(x)));
}

/* Is there a feature with the key in the path? */
static bool
check_key(struct exchange *x)
{
	const char *key = u_map_get(x->request->map_url, "key");

	return (key != NULL && strcmp(key, KEY) == 0) ||
	       exchange_missing(x, "There is no feature with this key");
}

bool
feature_show(struct exchange *x)
{
	return login_require(x, LOGIN_ANY) && check_key(x) &&
	       exchange_answer_json(x, 200, "application/json", describe(x));
}

bool
feature_show_tenants(struct exchange *x)
{
	json_t *all = json_array();
	bool own;
	bool active;

	if (!login_require(x, LOGIN_MANAGEMENT) || !check_key(x) ||
	    !read_state(x, &own, &active)) {
		json_decref(all);
		return false;
	}
	if (own)
		json_array_append_new(all, json_pack("{s:s, s:b}", "tenantId",
					       TOKEN_TENANT, "active", active));
	return exchange_answer_json(x, 200, "application/json", all);
}

/* The management role, the key, and this tenant where the path names one. */
static bool
check_change(struct exchange *x)
{
	const char *tenant = u_map_get(x->request->map_url, "tenant");

	return login_require(x, LOGIN_MANAGEMENT) && check_key(x) &&
	       (tenant == NULL || strcmp(tenant, TOKEN_TENANT) == 0 ||
		   exchange_missing(x, "There is no tenant with this id"));
}

/* VALUE: NULL for what the tenant says no longer. */
static bool
change(struct exchange *x, const char *value)
{
	return option_put(
		   &x->tenant->store, SETTINGS_CATEGORY, OPTION, value) &&
	       audit_write(x, "Tenant", "Feature updated", KEY,
		   "Feature '" KEY "': %s", value != NULL ? value : "default");
}

bool
feature_change(struct exchange *x)
{
	const json_t *active;
	json_t *body;
	bool ok;

	if (!check_change(x) || (body = exchange_object(x)) == NULL)
		return false;
	active = json_object_get(body, "active");
	ok = (json_is_boolean(active) ||
		 exchange_invalid(x, "active must be true or false")) &&
	     change(x, json_is_true(active) ? "true" : "false") &&
	     exchange_answer_json(x, 200, "application/json", describe(x));
	json_decref(body);
	return ok;
}

bool
feature_reset(struct exchange *x)
{
	return check_change(x) && change(x, NULL) &&
	       exchange_answer(x, 204, NULL, NULL, 0);
}

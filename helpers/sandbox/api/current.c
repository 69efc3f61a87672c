/* current.c: what a caller may know of the tenant and of itself.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <jansson.h>

#include "sandbox/api/current.h"
#include "sandbox/http/login.h"
#include "sandbox/state/token.h"

bool
current_tenant(struct exchange *exchange)
{
	return login_require(exchange, LOGIN_ANY) &&
	       exchange_answer_json(exchange, 200, "application/json",
		   json_pack("{s:s, s:s}", "name", TOKEN_TENANT, "domainName",
		       TOKEN_DOMAIN));
}

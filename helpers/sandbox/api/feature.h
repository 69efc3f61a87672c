/* feature.h: what a tenant can be without: the certificate authority.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FEATURE_H
#define SANDBOX_FEATURE_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* Is the certificate authority on? Otherwise nothing is on these paths: 404 with
 * a page in HTML. */
bool feature_require(struct exchange *x);

/* That page. Always false. */
bool feature_refuse(struct exchange *x);

/* /features: all; the one with ":key"; what the tenant says of it; and that it
 * says so, or nothing any more. */
bool feature_list(struct exchange *x);
bool feature_show(struct exchange *x);
bool feature_show_tenants(struct exchange *x);
bool feature_change(struct exchange *x);
bool feature_reset(struct exchange *x);

#endif

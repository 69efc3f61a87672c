/* crl.h: the REST calls around revoked serial numbers.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_API_CRL_H
#define SANDBOX_API_CRL_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* /tenant/trusted-certificates/settings/crl: all that are revoked, as a CRL in DER
 * that the tenant's CA has signed; and more of them, as JSON, or as a table in
 * CSV, all or none. */
bool crl_show(struct exchange *x);
bool crl_change(struct exchange *x);

#endif

/* tenantca.h: the REST calls around the tenant's own CA.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_TENANTCA_H
#define SANDBOX_TENANTCA_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* /certificate-authority: make one where there is none; and renew it. It is shown
 * and removed as one of the trusted certificates (upload.h). */
bool tenantca_create(struct exchange *x);
bool tenantca_renew(struct exchange *x);

#endif

/* upload.h: the REST calls around trusted certificates.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_UPLOAD_H
#define SANDBOX_UPLOAD_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"
#include "sandbox/state/trusted.h"

/* /tenant/tenants/:tenant/trusted-certificates, for the operator: list, add one,
 * add several, all or none; and show, change and remove the one with ":fingerprint". */
bool upload_list(struct exchange *exchange);
bool upload_add(struct exchange *exchange);
bool upload_add_all(struct exchange *exchange);
bool upload_show(struct exchange *exchange);
bool upload_change(struct exchange *exchange);
bool upload_remove(struct exchange *exchange);

/* What the calls of one certificate share. Calls EACH with DATA for the certificate that the path names; where there is
 * none it is refused. */
bool upload_with(struct exchange *exchange,
    bool (*each)(const struct trusted *cert, void *data), void *data);

/* Answers with the certificate that has FINGERPRINT. */
bool upload_answer(
    struct exchange *exchange, unsigned status, const char *fingerprint);

#endif

/* audit.h: the REST calls around audit records, and what other calls leave there.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_API_AUDIT_H
#define SANDBOX_API_AUDIT_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* Keeps a record of what who asks has done; its text is in printf's form. SOURCE,
 * what it is about, may be NULL. */
bool audit_write(struct exchange *x, const char *type, const char *activity,
    const char *source, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* /audit/auditRecords: in pages, by type, source, user, dateFrom and dateTo, the
 * oldest first where revert is true; and the one with ":id". */
bool audit_list(struct exchange *x);
bool audit_show(struct exchange *x);

#endif

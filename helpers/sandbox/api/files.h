/* files.h: the web page itself.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FILES_H
#define SANDBOX_FILES_H

#include "sandbox/http/exchange.h"

/* GET /, /page.css ...: the page for a user of the tenant. It stands, too, on
 * the path that a registration's link has on a tenant. */
bool files_show(struct exchange *x);

#endif

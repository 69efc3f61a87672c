/* overview.h: the web page's view of devices and certificates.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_OVERVIEW_API_H
#define SANDBOX_OVERVIEW_API_H

#include "sandbox/http/exchange.h"

/* GET /sandbox/overview: devices in pages, each with its latest certificate, and
 * how many there are of everything; search= is looked for in id and name, state=
 * is one of state/overview.h. */
bool overview_list(struct exchange *x);

/* GET /sandbox/overview/ID: one device with all its certificates. */
bool overview_show(struct exchange *x);

/* GET /sandbox/revoked: what is revoked, in pages, and whether that is looked
 * at. */
bool overview_revoked(struct exchange *x);

#endif

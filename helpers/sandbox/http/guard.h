/* guard.h: what a browser may ask of the port with the web page.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_GUARD_H
#define SANDBOX_GUARD_H

#include <stdbool.h>

#include "sandbox/http/exchange.h"

/* Lets a request in that calls this machine by a name of its own, and that no
 * other site's page makes: otherwise a page in the same browser could act with
 * the login that the browser keeps. Refused with 403. Every answer then says
 * what its page may load, and that nobody keeps it. */
bool guard_page(struct exchange *x);

#endif

/* http-probe.h: can an HTTPS server be reached and trusted?
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_HTTP_PROBE_H
#define CERTCYCLE_HTTP_PROBE_H

#include "http.h"

/* Does what comes before an exchange with REQUEST's url, and no more: looks the
 * name up, connects, by the proxy where there is one, does the TLS handshake,
 * with the client certificate where there is one, and goes. No HTTP is sent but
 * a CONNECT to a proxy. Codes of http_send; the fault's text begins with the
 * URL and the step that failed, and of a certificate that is not trusted it says
 * why. */
bool http_probe(const struct http_request *request);

#endif

/* qr.h: QR codes for the web page.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_QR_H
#define SANDBOX_QR_H

#include "sandbox/http/exchange.h"

/* GET /sandbox/qr?text=TEXT: TEXT, at most 1000 bytes, as a QR code in SVG. */
bool qr_show(struct exchange *x);

#endif

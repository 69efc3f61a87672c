/* x509-token.h: certificates on a token (PKCS#11).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_X509_TOKEN_H
#define CERTCYCLE_X509_TOKEN_H

#include <stdbool.h>

#include "x509.h"

/* Reads the one certificate that NAME, a PKCS#11 URI, names on its token; any
 * other NAME is a file, for x509_read. OUT is freed by x509_free. */
bool x509_read_any(const char *name, struct x509_list *out);

#endif

/* usage.h: what a key may be used for (RFC 5280, 4.2.1.3 and 4.2.1.12).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_USAGE_H
#define CERTCYCLE_USAGE_H

#include <stdbool.h>
#include <gnutls/x509.h>
#include <gnutls/x509-ext.h>

#include "buf.h"

/* Reads LIST, names of the field with commas between, blanks or not, in any
 * case ("digitalSignature,keyAgreement"), as the flags GNUTLS_KEY_*.
 * EXIT_USAGE names what is none, and those that there are. */
bool usage_parse(const char *list, unsigned *flags);

/* Adds FLAGS to OUT as such a list, in the order of the standard; nothing for
 * no flags. */
bool usage_print(unsigned flags, struct buf *out);

/* Reads LIST, names of the field ("clientAuth,serverAuth") or object
 * identifiers ("1.3.6.1.5.5.7.3.2"), each once, in its order. EXIT_USAGE as
 * above. PURPOSES is freed by gnutls_x509_key_purpose_deinit; for certificate
 * and request alike it becomes the extension's value by
 * gnutls_x509_ext_export_key_purposes. */
bool usage_parse_purposes(
    const char *list, gnutls_x509_key_purposes_t *purposes);

/* The name of the purpose OID; OID itself where it has none here. */
const char *usage_purpose_name(const char *oid);

#endif

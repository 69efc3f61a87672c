/* asn.h: structures in DER that GnuTLS has no functions for.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_ASN_H
#define CERTCYCLE_ASN_H

#include <stdbool.h>
#include <stddef.h>
#include <libtasn1.h>

#include "buf.h"

/* Is RC, what a function of libtasn1 returned, no error? Otherwise EXIT_DATA
 * with WHAT and libtasn1's own words. */
bool asn_ok(int rc, const char *what);

/* An empty structure TYPE of those in asn.c, freed by asn1_delete_structure. */
bool asn_create(const char *type, asn1_node *node);

/* The same with the LEN bytes at DER in it. */
bool asn_decode(const char *type, const void *der, size_t len, asn1_node *node);

/* Adds NODE's part NAME, "" for all of it, to OUT in DER. */
bool asn_encode(asn1_node node, const char *name, struct buf *out);

/* Writes LEN bytes, or text with a LEN of 0, as NODE's part NAME. */
bool asn_write(asn1_node node, const char *name, const void *value, size_t len);

/* Adds the bytes of NODE's part NAME to OUT. */
bool asn_read(asn1_node node, const char *name, struct buf *out);

/* The length of the DER element at DER with its header, whose length HEAD
 * receives; 0: not all of it is within LEFT bytes. */
size_t asn_element(const unsigned char *der, size_t left, size_t *head);

#endif

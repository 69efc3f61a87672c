/* subject.c: for whom a certificate is, or shall be.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/x509-ext.h>

#include "pkcs10.h"
#include "sandbox/est/subject.h"
#include "x509.h"

/* What GnuTLS has found, RC, goes to OUT; that there is none is well. */
static bool
take(int rc, gnutls_datum_t *der, struct buf *out)
{
	bool ok;

	ok = rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ||
	     (x509_ok(rc, "subject") && buf_add(out, der->data, der->size));
	gnutls_free(der->data);
	der->data = NULL;
	return ok;
}

bool
subject_of_csr(gnutls_x509_crq_t csr, struct subject *subject)
{
	gnutls_datum_t der = { NULL, 0 };
	bool ok;
	int rc;

	*subject = (struct subject){ .name = { 0 } };
	ok = x509_ok(gnutls_x509_crq_export2(csr, GNUTLS_X509_FMT_DER, &der),
		 "request") &&
	     pkcs10_subject(&der, &subject->name);
	gnutls_free(der.data);
	der.data = NULL;
	if (!ok)
		return false;
	rc = gnutls_x509_crq_get_extension_by_oid2(
	    csr, GNUTLS_X509EXT_OID_SAN, 0, &der, NULL);
	return take(rc, &der, &subject->alternatives);
}

bool
subject_of_crt(gnutls_x509_crt_t crt, struct subject *subject)
{
	gnutls_datum_t der = { NULL, 0 };
	int rc;

	*subject = (struct subject){ .name = { 0 } };
	rc = gnutls_x509_crt_get_raw_dn(crt, &der);
	if (!take(rc, &der, &subject->name))
		return false;
	rc = gnutls_x509_crt_get_extension_by_oid2(
	    crt, GNUTLS_X509EXT_OID_SAN, 0, &der, NULL);
	return take(rc, &der, &subject->alternatives);
}

static bool
same_bytes(const struct buf *a, const struct buf *b)
{
	return a->len == b->len &&
	       (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

bool
subject_same(const struct subject *a, const struct subject *b)
{
	return same_bytes(&a->name, &b->name) &&
	       same_bytes(&a->alternatives, &b->alternatives);
}

void
subject_free(struct subject *subject)
{
	buf_free(&subject->name);
	buf_free(&subject->alternatives);
}

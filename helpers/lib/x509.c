/* x509.c: certificates (RFC 5280): read, compare, judge, print.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "span.h"
#include "x509.h"

GNUTLS_SKIP_GLOBAL_INIT

static bool starting;

/* GnuTLS ends the program, with 1, where its configuration is wrong and to be
 * told: that would be a no. */
static void
tell_start(void)
{
	if (!starting)
		return;
	msg_warn("GnuTLS: its configuration is wrong, and it ends here: see "
		 "GNUTLS_SYSTEM_PRIORITY_FILE");
	_exit(EXIT_LOCAL);
}

bool
x509_start(void)
{
	static bool started;
	int rc = 0;

	if (!started && atexit(tell_start) != 0)
		return fault_memory();
	starting = true;
	if (!started)
		rc = gnutls_global_init();
	starting = false;
	if (rc < 0)
		return fault(EXIT_LOCAL, "GnuTLS: %s", gnutls_strerror(rc));
	started = true;
	return true;
}

bool
x509_ok(int rc, const char *what)
{
	if (rc >= 0)
		return true;
	if (rc == GNUTLS_E_MEMORY_ERROR)
		return fault_memory();
	return fault(EXIT_DATA, "%s: %s", what, gnutls_strerror(rc));
}

/* as many certificates as a chain has, mostly: gnutls_x509_crt_list_import2
 * begins with room for a thousand */
enum { CHAIN = 8 };

/* Imports up to COUNT certificates. GNUTLS_E_SHORT_MEMORY_BUFFER: there are
 * more, and OUT says how many; on any failure it holds none. */
static int
import(const gnutls_datum_t *data, gnutls_x509_crt_fmt_t format, unsigned count,
    struct x509_list *out)
{
	gnutls_x509_crt_t *crt = gnutls_calloc(count, sizeof *crt);
	int rc = GNUTLS_E_MEMORY_ERROR;

	if (crt != NULL)
		rc = gnutls_x509_crt_list_import(crt, &count, data, format,
		    GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED);
	*out = (struct x509_list){ .crt = crt, .count = count };
	if (rc >= 0)
		return rc;
	gnutls_free(crt);
	out->crt = NULL;
	return rc;
}

bool
x509_parse(
    const void *data, size_t len, const char *name, struct x509_list *out)
{
	gnutls_datum_t datum = { (void *)data, (unsigned)len };
	int rc;

	*out = (struct x509_list){ 0 };
	if (!x509_start())
		return false;
	rc = import(&datum, GNUTLS_X509_FMT_PEM, CHAIN, out);
	if (rc == GNUTLS_E_SHORT_MEMORY_BUFFER)
		rc = import(&datum, GNUTLS_X509_FMT_PEM, out->count, out);
	if (rc < 0 && rc != GNUTLS_E_MEMORY_ERROR)
		rc = import(&datum, GNUTLS_X509_FMT_DER, 1, out);
	if (rc >= 0)
		return true;
	*out = (struct x509_list){ 0 };
	return rc == GNUTLS_E_MEMORY_ERROR
		   ? fault_memory()
		   : fault(EXIT_DATA, "%s: not a certificate", name);
}

bool
x509_read(const char *path, struct x509_list *out)
{
	struct buf text = { 0 };
	bool ok;

	*out = (struct x509_list){ 0 };
	ok = file_read(path, &text) &&
	     x509_parse(text.data, text.len, file_name(path), out);
	buf_free(&text);
	return ok;
}

void
x509_free(struct x509_list *list)
{
	for (unsigned i = 0; i < list->count; i++)
		gnutls_x509_crt_deinit(list->crt[i]);
	gnutls_free(list->crt);
	*list = (struct x509_list){ 0 };
}

bool
x509_print_pem(const struct x509_list *list, struct buf *out)
{
	for (unsigned i = 0; i < list->count; i++) {
		gnutls_datum_t pem = { NULL, 0 };
		int rc = gnutls_x509_crt_export2(
		    list->crt[i], GNUTLS_X509_FMT_PEM, &pem);
		bool ok;

		if (rc < 0)
			return fault(
			    EXIT_LOCAL, "certificate: %s", gnutls_strerror(rc));
		ok = buf_add(out, pem.data, pem.size);
		gnutls_free(pem.data);
		if (!ok)
			return false;
	}
	return true;
}

bool
x509_key_id(gnutls_x509_crt_t crt, struct key_id *id)
{
	size_t size = sizeof id->hash;
	int rc = gnutls_x509_crt_get_key_id(
	    crt, GNUTLS_KEYID_USE_SHA256, id->hash, &size);

	return x509_ok(rc, "certificate: its key");
}

bool
x509_same_subject(gnutls_x509_crt_t a, gnutls_x509_crt_t b, bool *same)
{
	gnutls_datum_t one = { NULL, 0 };
	gnutls_datum_t two = { NULL, 0 };
	int rc;

	*same = false;
	if ((rc = gnutls_x509_crt_get_raw_dn(a, &one)) == 0 &&
	    (rc = gnutls_x509_crt_get_raw_dn(b, &two)) == 0)
		*same = one.size == two.size &&
			memcmp(one.data, two.data, one.size) == 0;
	gnutls_free(one.data);
	gnutls_free(two.data);
	return x509_ok(rc, "subject");
}

/* Adds what is in the file CA, which is read once: it may be a pipe. */
static bool
add_file(gnutls_x509_trust_list_t anchors, const char *ca, int *count)
{
	struct buf text = { 0 };
	gnutls_datum_t datum;

	if (!file_read(ca, &text))
		return false;
	datum = (gnutls_datum_t){ text.data, (unsigned)text.len };
	*count = gnutls_x509_trust_list_add_trust_mem(
	    anchors, &datum, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
	if (*count <= 0)
		*count = gnutls_x509_trust_list_add_trust_mem(
		    anchors, &datum, NULL, GNUTLS_X509_FMT_DER, 0, 0);
	buf_free(&text);
	return true;
}

static bool
add_anchors(gnutls_x509_trust_list_t anchors, const char *ca)
{
	struct stat st;
	int count = 0;

	if (strcmp(ca, "-") != 0 && stat(ca, &st) == 0 && S_ISDIR(st.st_mode))
		count = gnutls_x509_trust_list_add_trust_dir(
		    anchors, ca, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
	else if (!add_file(anchors, ca, &count))
		return false;
	return count > 0 ||
	       fault(EXIT_DATA, "%s: no trust anchor in it", file_name(ca));
}

bool
x509_read_anchors(const char *ca, gnutls_x509_trust_list_t *anchors)
{
	*anchors = NULL;
	if (!x509_start())
		return false;
	if (gnutls_x509_trust_list_init(anchors, 0) < 0)
		return fault_memory();
	if (add_anchors(*anchors, ca))
		return true;
	x509_free_anchors(*anchors);
	*anchors = NULL;
	return false;
}

void
x509_free_anchors(gnutls_x509_trust_list_t anchors)
{
	if (anchors != NULL)
		gnutls_x509_trust_list_deinit(anchors, 1);
}

/* GnuTLS asks this for the time when it verifies. */
static time_t moment;

static time_t
tell_moment(time_t *out)
{
	if (out != NULL)
		*out = moment;
	return moment;
}

/* A leaf that is up to SPAN_SKEW ahead of this clock is judged at its birth. */
static void
set_moment(gnutls_x509_crt_t leaf, time_t now)
{
	time_t born = gnutls_x509_crt_get_activation_time(leaf);

	moment = born > now && born <= now + SPAN_SKEW ? born : now;
	gnutls_global_set_time_function(tell_moment);
}

bool
x509_explain(unsigned status, struct buf *why)
{
	gnutls_datum_t text = { NULL, 0 };
	int rc = gnutls_certificate_verification_status_print(
	    status, GNUTLS_CRT_X509, &text, 0);
	bool ok;

	if (!x509_ok(rc, "certificate"))
		return false;
	ok = buf_add(why, text.data, strlen((char *)text.data));
	gnutls_free(text.data);
	return ok;
}

bool
x509_trusted(const struct x509_list *chain, gnutls_x509_trust_list_t anchors,
    time_t now, bool *trusted, struct buf *why)
{
	unsigned status = 0;
	int rc;

	*trusted = false;
	set_moment(chain->crt[0], now);
	rc = gnutls_x509_trust_list_verify_crt(
	    anchors, chain->crt, chain->count, 0, &status, NULL);
	if (!x509_ok(rc, "certificate"))
		return false;
	*trusted = status == 0;
	return *trusted || x509_explain(status, why);
}

/* Is STATUS no more than the WAIVED faults? GnuTLS sets GNUTLS_CERT_INVALID
 * beside any fault, and alone where it does not know the algorithm: it may not be
 * waived on its own. */
static bool
only(unsigned status, unsigned waived)
{
	if ((status & waived) != 0)
		status &= ~(waived | GNUTLS_CERT_INVALID);
	return status == 0;
}

bool
x509_signed_by(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer)
{
	unsigned flags = GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
			 GNUTLS_VERIFY_DISABLE_CA_SIGN |
			 GNUTLS_VERIFY_ALLOW_BROKEN;
	unsigned status = 0;

	return gnutls_x509_crt_verify(crt, &issuer, 1, flags, &status) == 0 &&
	       only(status, GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE);
}

bool
x509_crl_signed_by(gnutls_x509_crl_t crl, gnutls_x509_crt_t issuer)
{
	unsigned status = 0;

	return gnutls_x509_crl_verify(crl, &issuer, 1,
		   GNUTLS_VERIFY_DISABLE_TIME_CHECKS, &status) == 0 &&
	       only(status, GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED |
				GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE);
}

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, tolower(c)) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

bool
x509_unescape(const char *value, struct buf *out)
{
	for (; *value != '\0'; value++) {
		char byte = *value;

		if (byte == '\\' && hex_value(value[1]) >= 0 &&
		    hex_value(value[2]) >= 0) {
			byte = (char)(hex_value(value[1]) << 4 |
				      hex_value(value[2]));
			value += 2;
		} else if (byte == '\\' && value[1] != '\0') {
			byte = *++value;
		}
		if (!buf_add(out, &byte, 1))
			return false;
	}
	return true;
}

bool
x509_common_name(gnutls_x509_crt_t crt, struct buf *out)
{
	struct buf name = { 0 };
	size_t size = 0;
	bool ok = false;
	int rc;

	/* the first call says how long it is, with the NUL behind it */
	rc = gnutls_x509_crt_get_dn_by_oid(
	    crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, NULL, &size);
	if (rc == GNUTLS_E_SHORT_MEMORY_BUFFER && buf_room(&name, size))
		rc = gnutls_x509_crt_get_dn_by_oid(
		    crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name.data, &size);
	ok = x509_ok(rc, "subject: no common name") &&
	     x509_unescape((char *)name.data, out);
	buf_free(&name);
	return ok;
}

bool
x509_file_name(const char *path, struct buf *out)
{
	struct x509_list list;
	bool ok;

	if (!x509_read(path, &list))
		return false;
	ok = x509_common_name(list.crt[0], out) ||
	     fault(EXIT_DATA, "%s: %s", path, fault_text());
	x509_free(&list);
	return ok;
}

/* answer.c: what an EST answer is good for: read, judged, made ready to print.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "answer.h"
#include "base64.h"
#include "csr.h"
#include "csrattrs.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "keygen.h"
#include "reply.h"
#include "span.h"
#include "x509.h"

static bool
read_anchors(struct answer_order *order)
{
	if (order->anchors == NULL)
		return true;
	if (!clock_plausible(time(NULL)))
		return fault(EXIT_CLOCK,
		    "the clock says a time before this program was built");
	return x509_read_anchors(order->anchors, &order->trust);
}

static bool
check_key_out(const char *path)
{
	struct stat st;

	if (path == NULL)
		return true;
	if (lstat(path, &st) == 0)
		return fault(EXIT_LOCAL,
		    "%s: is there already, and is never overwritten", path);
	return file_can_replace(path);
}

bool
answer_prepare(struct answer_order *order)
{
	return read_anchors(order) && check_key_out(order->key_out);
}

/* Does the chain end at one of the anchors, where some are given? */
static bool
check_trust(const struct answer_order *order, const struct x509_list *certs,
    const char *name)
{
	struct buf why = { 0 };
	bool trusted = false;
	bool ok;

	if (order->trust == NULL)
		return true;
	ok = x509_trusted(certs, order->trust, time(NULL), &trusted, &why);
	if (ok && !trusted)
		ok = fault(EXIT_UNTRUSTED,
		    "%s: the certificate does not chain up to %s: %s", name,
		    file_name(order->anchors), buf_text(&why));
	buf_free(&why);
	return ok;
}

/* The chain for KEY out of CERTS. */
static bool
read_chain(const struct answer_order *order, const struct key_id *key,
    struct x509_list *certs, const char *name, struct buf *out)
{
	return reply_chain(certs, key, name) &&
	       check_trust(order, certs, name) && x509_print_pem(certs, out);
}

static bool
read_enrolled(const struct answer_order *order, const struct buf *body,
    const char *name, struct buf *out)
{
	struct x509_list certs = { 0 };
	struct key_id key;
	bool ok;

	ok = csr_key_id(order->csr, &key) && reply_parse(body, name, &certs) &&
	     read_chain(order, &key, &certs, name, out);
	x509_free(&certs);
	return ok;
}

static bool
read_cacerts(const struct buf *body, const char *name, struct buf *out)
{
	struct x509_list certs = { 0 };
	bool ok;

	ok = reply_parse(body, name, &certs) && x509_print_pem(&certs, out);
	x509_free(&certs);
	return ok;
}

static bool
read_csrattrs(const struct answer_order *order, const struct buf *body,
    const char *name, struct buf *out)
{
	struct buf der = { 0 };
	bool ok;

	if (body->len == 0)
		return true;
	ok = csrattrs_decode(body, name, &der) &&
	     (order->raw ? base64_print(der.data, der.len, out)
			 : csrattrs_print(&der, out));
	buf_free(&der);
	return ok;
}

/* The key is of use only with its certificate, and a certificate without its
 * key is of none: both are known to be good before the one is written, and the
 * other printed. */
static bool
read_keygen(const struct answer_order *order, const struct buf *body,
    const char *name, struct buf *out)
{
	struct keygen made;
	bool ok;

	ok = keygen_parse(body, name, &made) &&
	     read_chain(order, &made.id, &made.certs, name, out) &&
	     file_create(
		 order->key_out, 0600, made.key_pem.data, made.key_pem.len);
	keygen_free(&made);
	return ok;
}

bool
answer_read(const struct answer_order *order, const struct buf *body,
    const char *name, struct buf *out)
{
	switch (order->operation) {
	case EST_CACERTS:
		return read_cacerts(body, name, out);
	case EST_CSRATTRS:
		return read_csrattrs(order, body, name, out);
	case EST_KEYGEN:
		return read_keygen(order, body, name, out);
	default:
		return read_enrolled(order, body, name, out);
	}
}

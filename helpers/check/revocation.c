/* revocation.c: revocation lists (CRLs, RFC 5280, 5), and what they say.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "life.h"
#include "revocation.h"
#include "serial.h"
#include "span.h"

/* one list: its serial numbers sorted, since it may be asked often */
struct revocation_list {
	gnutls_x509_crl_t crl;
	struct serial *serials;
	size_t count;
	bool verified; /* by an anchor */
};

/* for qsort and bsearch */
static int
compare(const void *a, const void *b)
{
	return serial_compare(a, b);
}

static bool
take_serials(struct revocation_list *list, const char *name)
{
	gnutls_x509_crl_iter_t iter = NULL;
	int count = gnutls_x509_crl_get_crt_count(list->crl);
	int rc = 0;

	if (count < 0 || !x509_ok(count, name))
		return false;
	list->serials = calloc((size_t)count + 1, sizeof *list->serials);
	if (list->serials == NULL)
		return fault_memory();
	while (list->count < (size_t)count) {
		unsigned char bytes[SERIAL_SIZE - 1];
		size_t len = sizeof bytes;

		rc = gnutls_x509_crl_iter_crt_serial(
		    list->crl, &iter, bytes, &len, NULL);
		if (rc < 0 ||
		    !serial_set(bytes, len, &list->serials[list->count]))
			break;
		list->count++;
	}
	gnutls_x509_crl_iter_deinit(iter);
	qsort(list->serials, list->count, sizeof *list->serials, compare);
	return x509_ok(rc, name);
}

/* A list with a critical extension speaks of some certificates only, or of
 * other issuers' too; to take it for a whole one would miss some. */
static bool
is_whole(gnutls_x509_crl_t crl, const char *name)
{
	for (unsigned i = 0;; i++) {
		unsigned critical = 0;
		char oid[128];
		size_t size = sizeof oid;
		int rc = gnutls_x509_crl_get_extension_info(
		    crl, i, oid, &size, &critical);

		if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			return true;
		if (!x509_ok(rc, name))
			return false;
		if (critical)
			return fault(EXIT_DATA,
			    "%s: a revocation list with the critical extension "
			    "%s, which is not understood",
			    name, oid);
	}
}

bool
revocation_parse(
    const void *data, size_t len, const char *name, struct revocation *out)
{
	gnutls_datum_t datum = { (void *)data, (unsigned)len };
	gnutls_x509_crl_t *crls = NULL;
	unsigned count = 0;
	bool ok = true;
	int rc;

	*out = (struct revocation){ .name = name };
	if (!x509_start())
		return false;
	rc = gnutls_x509_crl_list_import2(
	    &crls, &count, &datum, GNUTLS_X509_FMT_PEM, 0);
	if (rc < 0)
		rc = gnutls_x509_crl_list_import2(
		    &crls, &count, &datum, GNUTLS_X509_FMT_DER, 0);
	if (rc < 0 || count == 0)
		return fault(EXIT_DATA, "%s: not a revocation list", name);
	out->list = calloc(count, sizeof *out->list);
	if (out->list == NULL)
		ok = fault_memory();
	for (unsigned i = 0; i < count; i++) {
		if (out->list == NULL) {
			gnutls_x509_crl_deinit(crls[i]);
			continue;
		}
		out->list[out->count++].crl = crls[i];
		ok = ok && is_whole(crls[i], name) &&
		     take_serials(&out->list[i], name);
	}
	gnutls_free(crls);
	if (!ok)
		revocation_free(out);
	return ok;
}

bool
revocation_read(const char *path, struct revocation *out)
{
	struct buf text = { 0 };
	bool ok;

	*out = (struct revocation){ 0 };
	ok = file_read(path, &text) &&
	     revocation_parse(text.data, text.len, file_name(path), out);
	buf_free(&text);
	return ok;
}

bool
revocation_trust(struct revocation *revoked, gnutls_x509_trust_list_t anchors)
{
	gnutls_x509_trust_list_iter_t iter = NULL;
	gnutls_x509_crt_t anchor;
	int rc;

	while ((rc = gnutls_x509_trust_list_iter_get_ca(
		    anchors, &iter, &anchor)) >= 0) {
		for (unsigned i = 0; i < revoked->count; i++)
			revoked->list[i].verified =
			    revoked->list[i].verified ||
			    x509_crl_signed_by(revoked->list[i].crl, anchor);
		gnutls_x509_crt_deinit(anchor);
	}
	gnutls_x509_trust_list_iter_deinit(iter);
	return rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ||
	       x509_ok(rc, "trust anchors");
}

static bool
verify(const struct revocation_list *list, const struct x509_list *chain)
{
	bool good = list->verified;

	for (unsigned i = 0; !good && i < chain->count; i++)
		good = x509_crl_signed_by(list->crl, chain->crt[i]);
	return good;
}

static bool
is_of(gnutls_x509_crl_t crl, const gnutls_datum_t *issuer)
{
	gnutls_datum_t name = { NULL, 0 };
	bool same = gnutls_x509_crl_get_raw_issuer_dn(crl, &name) == 0 &&
		    name.size == issuer->size &&
		    memcmp(name.data, issuer->data, name.size) == 0;

	gnutls_free(name.data);
	return same;
}

/* The latest list by CRT's issuer that is signed as it should be, or NULL. ANY:
 * there is one by its name at all. */
static bool
find(const struct revocation *revoked, const struct x509_list *chain,
    gnutls_x509_crt_t crt, bool *any, const struct revocation_list **out)
{
	const struct revocation_list *found = NULL;
	gnutls_datum_t issuer = { NULL, 0 };

	*any = false;
	if (!x509_ok(
		gnutls_x509_crt_get_raw_issuer_dn(crt, &issuer), "issuer"))
		return false;
	for (unsigned i = 0; i < revoked->count; i++) {
		const struct revocation_list *list = &revoked->list[i];

		if (!is_of(list->crl, &issuer))
			continue;
		*any = true;
		if (verify(list, chain) &&
		    (found == NULL ||
			gnutls_x509_crl_get_this_update(list->crl) >
			    gnutls_x509_crl_get_this_update(found->crl)))
			found = list;
	}
	gnutls_free(issuer.data);
	*out = found;
	return true;
}

static bool
is_current(gnutls_x509_crl_t crl, const char *name, time_t now)
{
	time_t next = gnutls_x509_crl_get_next_update(crl);

	if (gnutls_x509_crl_get_this_update(crl) > now + SPAN_SKEW)
		return fault(EXIT_CLOCK,
		    "%s: a revocation list of the future: the clock is behind",
		    name);
	if (next != (time_t)-1 && next < now)
		return fault(EXIT_UNTRUSTED,
		    "%s: out of date: its issuer has a newer revocation list",
		    name);
	return true;
}

/* Is the serial number of CRT in LIST? */
static bool
has(const struct revocation_list *list, gnutls_x509_crt_t crt, bool *yes)
{
	unsigned char bytes[SERIAL_SIZE - 1];
	size_t len = sizeof bytes;
	struct serial serial;
	int rc = gnutls_x509_crt_get_serial(crt, bytes, &len);

	*yes = false;
	/* one that is longer than all in the list is not in it; one that cannot
	 * be read may be */
	if (rc == GNUTLS_E_SHORT_MEMORY_BUFFER)
		return true;
	if (!x509_ok(rc, "serial number"))
		return false;
	*yes = serial_set(bytes, len, &serial) &&
	       bsearch(&serial, list->serials, list->count, sizeof serial,
		   compare) != NULL;
	return true;
}

bool
revocation_ask(const struct revocation *revoked, const struct x509_list *chain,
    time_t now, bool *yes, unsigned *by)
{
	unsigned at = 0;

	*yes = false;
	for (unsigned step = 0; at < chain->count && step < LIFE_DEPTH;
	     step++) {
		const struct revocation_list *list;
		bool any;

		if (!find(revoked, chain, chain->crt[at], &any, &list))
			return false;
		if (!any && step == 0)
			return fault(EXIT_DATA,
			    "%s: no revocation list of its issuer",
			    revoked->name);
		if (any && list == NULL)
			return fault(EXIT_UNTRUSTED,
			    "%s: a revocation list whose signature no "
			    "certificate at hand confirms: --trusted names its "
			    "issuer",
			    revoked->name);
		if (any && !is_current(list->crl, revoked->name, now))
			return false;
		*by = at;
		if (any && !has(list, chain->crt[at], yes))
			return false;
		if (*yes)
			return true;
		at = life_issuer(chain, at, now);
	}
	return true;
}

void
revocation_free(struct revocation *revoked)
{
	for (unsigned i = 0; i < revoked->count; i++) {
		gnutls_x509_crl_deinit(revoked->list[i].crl);
		free(revoked->list[i].serials);
	}
	free(revoked->list);
	*revoked = (struct revocation){ 0 };
}

/* authority.c: a CA of one's own, that signs.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "authority.h"
#include "exit.h"
#include "fault.h"
#include "pair.h"
#include "usage.h"

static bool
check_usage(const struct authority *ca, unsigned use)
{
	struct buf name = { 0 };
	unsigned allowed = 0;
	bool ok = false;
	int rc;

	rc = gnutls_x509_crt_get_key_usage(ca->chain.crt[0], &allowed, NULL);
	/* without one, everything is allowed */
	if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return true;
	if (!x509_ok(rc, ca->name) || !usage_print(use, &name))
		goto out;
	ok =
	    (allowed & use) != 0 ||
	    fault(EXIT_DATA, "%s: its key usage has no %s: it cannot sign this",
		ca->name, buf_text(&name));
out:
	buf_free(&name);
	return ok;
}

/* A new certificate ends with its issuer's at the latest, so that one that is
 * over can issue nothing. */
static bool
check(const struct authority *ca, unsigned use, time_t now)
{
	gnutls_x509_crt_t crt = ca->chain.crt[0];

	if (gnutls_x509_crt_get_ca_status(crt, NULL) <= 0)
		return fault(
		    EXIT_DATA, "%s: not a CA's: it can sign nothing", ca->name);
	if (gnutls_x509_crt_get_expiration_time(crt) <= now)
		return fault(
		    EXIT_DATA, "%s: expired: it can sign nothing", ca->name);
	return check_usage(ca, use);
}

bool
authority_read(const char *cert, const struct key_place *place, unsigned use,
    time_t now, struct authority *ca)
{
	*ca = (struct authority){ .name = cert };
	if (x509_read(cert, &ca->chain) && check(ca, use, now) &&
	    key_read(place, &ca->key) &&
	    pair_match(ca->chain.crt[0], cert, ca->key, place->name))
		return true;
	authority_free(ca);
	return false;
}

/* How many CAs may follow below the one at INDEX; -1: as many as want. */
static int
path_length(const struct authority *ca, unsigned index)
{
	int length = -1;

	if (gnutls_x509_crt_get_basic_constraints(
		ca->chain.crt[index], NULL, NULL, &length) < 0)
		return -1;
	return length;
}

static bool
issued_by(const struct authority *ca, unsigned index)
{
	return gnutls_x509_crt_check_issuer(
		   ca->chain.crt[index - 1], ca->chain.crt[index]) != 0;
}

/* How many CAs may stand below a new one under CA: what each certificate up the
 * chain allows, less those in between and the new one. -1: as many as want;
 * below: not even the new one. */
static int
room_below(const struct authority *ca)
{
	enum { ANY = -1, NONE = -2 };
	int room = ANY;

	for (unsigned i = 0; i < ca->chain.count; i++) {
		int left = path_length(ca, i);

		if (i > 0 && !issued_by(ca, i))
			break;
		if (left < 0)
			continue;
		if (left <= (int)i)
			return NONE;
		if (room == ANY || left - (int)i - 1 < room)
			room = left - (int)i - 1;
	}
	return room;
}

bool
authority_limits(const struct authority *ca, int *length)
{
	int room = room_below(ca);

	if (room < -1)
		return fault(EXIT_DATA,
		    "%s: its path length allows no further CA below it",
		    ca->name);
	if (room >= 0 && *length > room)
		return fault(EXIT_DATA,
		    "%s: its path length leaves %d at most to the new CA, "
		    "not %d",
		    ca->name, room, *length);
	if (*length < 0)
		*length = room;
	return true;
}

bool
authority_check_chain(const struct authority *ca)
{
	for (unsigned i = 1; i < ca->chain.count; i++)
		if (!issued_by(ca, i))
			return fault(EXIT_DATA,
			    "%s: no chain: certificate %u is not the issuer of "
			    "certificate %u",
			    ca->name, i + 1, i);
	return true;
}

void
authority_free(struct authority *ca)
{
	x509_free(&ca->chain);
	key_free(ca->key);
	ca->key = NULL;
}

/* life.c: from when until when a certificate and its chain are good.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "exit.h"
#include "fault.h"
#include "life.h"

static bool
could_issue(const struct x509_list *list, unsigned by, unsigned index)
{
	return by != index && gnutls_x509_crt_check_issuer(
				  list->crt[index], list->crt[by]) != 0;
}

unsigned
life_issuer(const struct x509_list *list, unsigned index, time_t until)
{
	unsigned found = list->count;
	unsigned several = 0;
	time_t last = 0;

	/* the top of a chain has issued itself */
	if (gnutls_x509_crt_check_issuer(list->crt[index], list->crt[index]))
		return list->count;
	for (unsigned i = 0; i < list->count; i++)
		several += could_issue(list, i, index);
	for (unsigned i = 0; several > 0 && i < list->count; i++) {
		time_t end = gnutls_x509_crt_get_expiration_time(list->crt[i]);

		if ((found < list->count && end <= last) ||
		    !could_issue(list, i, index))
			continue;
		if ((several > 1 || end < until) &&
		    !x509_signed_by(list->crt[index], list->crt[i]))
			continue;
		found = i;
		last = end;
	}
	return found;
}

bool
life_measure(const struct x509_list *list, struct life *life)
{
	unsigned at = 0;

	*life = (struct life){ 0 };
	for (unsigned step = 0; at < list->count && step < LIFE_DEPTH; step++) {
		time_t from =
		    gnutls_x509_crt_get_activation_time(list->crt[at]);
		time_t until =
		    gnutls_x509_crt_get_expiration_time(list->crt[at]);

		if (from == (time_t)-1 || until == (time_t)-1)
			return fault(
			    EXIT_DATA, "certificate: a date of no calendar");
		if (step == 0)
			life->from = life->newest = from;
		if (step == 0 || until < life->until) {
			life->until = until;
			life->ends_first = at;
		}
		if (from > life->newest)
			life->newest = from;
		if (list->count == 1)
			return true;
		at = life_issuer(list, at, life->until);
	}
	return true;
}

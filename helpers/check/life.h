/* life.h: from when until when a certificate and its chain are good.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_LIFE_H
#define CERTCYCLE_LIFE_H

#include <stdbool.h>
#include <time.h>

#include "x509.h"

/* The life of the first certificate of a list. A chain is good for as long as
 * the certificate in it that ends first. */
struct life {
	time_t from; /* its own notBefore */
	time_t until; /* the earliest notAfter of its chain */
	time_t newest; /* the latest notBefore of its chain */
	unsigned ends_first; /* the place in the list of the one that does */
};

/* How many certificates a chain has at most, as GnuTLS verifies it: a file may
 * hold a circle, or thousands that sign each other. */
enum { LIFE_DEPTH = 16 };

/* The place in LIST of the certificate that issued the one at INDEX, wherever
 * it stands; the count of LIST where it is not there, or is the same one. It
 * has the issuer's name and key id; where that leaves several, or one that ends
 * before UNTIL, its signature is asked too, and the one that ends last is
 * taken: a verifier would find it. */
unsigned life_issuer(
    const struct x509_list *list, unsigned index, time_t until);

/* Measures the chain in LIST, which begins with its first certificate; what
 * belongs to no chain of that one does not count. EXIT_DATA: a date in it
 * cannot be read. */
bool life_measure(const struct x509_list *list, struct life *life);

#endif

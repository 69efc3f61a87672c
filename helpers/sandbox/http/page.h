/* page.h: lists in pages, as a tenant shows them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PAGE_H
#define SANDBOX_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/http/exchange.h"

/* What of a list is wanted, and what of it there is. */
struct page {
	const char *path; /* of the list, without a query */
	const char *member; /* its name in the answer */
	const char *media; /* NULL: application/json */
	int64_t size; /* entries a page */
	int64_t number; /* of the page, from 1 up */
	int64_t total; /* entries in all: who makes the list says so */
};

/* Reads pageSize and currentPage of the query. Otherwise it is refused with
 * 422. */
bool page_read(struct exchange *x, struct page *page);

/* How many entries are before this page. */
int64_t page_skip(const struct page *page);

/* Answers with ENTRIES, those of the page, whose reference is taken; NULL is out
 * of memory. The other parameters of the query come back in the links. */
bool page_answer(struct exchange *x, const struct page *page, json_t *entries);

#endif

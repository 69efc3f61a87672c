/* http-files.h: the files of a request that can be read once only.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_HTTP_FILES_H
#define CERTCYCLE_HTTP_FILES_H

#include <stdbool.h>

#include "buf.h"
#include "http.h"
#include "pair.h"

/* libcurl opens files by their names, for each connection anew. What is "-", or
 * a pipe, is read here, once, and has a name in memory from then on (spool.h):
 * these are the names. Freed by http_free_files. */
struct http_files {
	struct buf cert;
	struct buf key;
	struct buf ca;
	struct buf proxy_ca;
	struct buf netrc;
};

/* Gives REQUEST, with its key unlocked (key.h), names for those of its files that
 * need one, and looks whether they hold what they should while it is known where
 * they came from. Of a certificate or a key, the other is read with it. REQUEST
 * then lives no longer than FILES. EXIT_DATA, EXIT_LOCAL: as of the file. */
bool http_name_files(struct http_request *request, struct http_files *files);

/* The same of PAIR, which was read before and becomes REQUEST's. It may have no
 * certificate. */
bool http_name_pair(const struct pair *pair, struct http_request *request,
    struct http_files *files);

void http_free_files(struct http_files *files);

#endif

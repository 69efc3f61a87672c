/* http-files.c: the files of a request that can be read once only.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "core.h"
#include "file.h"
#include "http-files.h"
#include "spool.h"

/* The chain of PAIR, and its key, as PEM in memory, where NAME will say. */
static bool
name_chain(const struct pair *pair, struct buf *name)
{
	struct buf text = { 0 };
	bool ok = x509_print_pem(&pair->chain, &text) &&
		  spool_put(text.data, text.len, name);

	buf_free(&text);
	return ok;
}

static bool
name_key(const struct pair *pair, struct buf *name)
{
	struct buf text = { 0 };
	bool ok =
	    pair_print_key(pair, &text) && spool_put(text.data, text.len, name);

	buf_free(&text);
	return ok;
}

static bool
is_needed(const char *path)
{
	return path != NULL && spool_needed(path);
}

bool
http_name_pair(const struct pair *pair, struct http_request *request,
    struct http_files *files)
{
	request->cert = pair->cert;
	request->key = pair->place;
	if (is_needed(pair->cert)) {
		if (!name_chain(pair, &files->cert))
			return false;
		request->cert = buf_text(&files->cert);
	}
	if (is_needed(pair->place.name)) {
		if (!name_key(pair, &files->key))
			return false;
		request->key =
		    (struct key_place){ buf_text(&files->key), NULL };
	}
	return true;
}

/* A key alone is there for proof of possession. */
static bool
name_identity(struct http_request *request, struct http_files *files)
{
	struct pair pair = { .place = request->key };
	bool ok;

	if (!is_needed(request->cert) && !is_needed(request->key.name))
		return true;
	ok = (request->cert != NULL
		     ? pair_open(request->cert, &request->key, &pair)
		     : key_read(&request->key, &pair.key)) &&
	     http_name_pair(&pair, request, files);
	pair_close(&pair);
	return ok;
}

/* libcurl takes one that it cannot read for one that says nothing. */
static bool
name_netrc(const char **path, struct buf *name)
{
	struct buf text = { 0 };
	bool ok;

	if (*path == NULL)
		return true;
	core_forbid();
	ok = file_read(*path, &text);
	if (ok)
		file_warn_secret(*path);
	if (ok && spool_needed(*path)) {
		ok = spool_put(text.data, text.len, name);
		*path = buf_text(name);
	}
	buf_free(&text);
	return ok;
}

bool
http_name_files(struct http_request *request, struct http_files *files)
{
	return spool_anchors(&request->ca, &files->ca) &&
	       spool_anchors(&request->proxy_ca, &files->proxy_ca) &&
	       name_netrc(&request->netrc, &files->netrc) &&
	       name_identity(request, files);
}

void
http_free_files(struct http_files *files)
{
	buf_free(&files->cert);
	buf_free(&files->key);
	buf_free(&files->ca);
	buf_free(&files->proxy_ca);
	buf_free(&files->netrc);
}

/* http.c: HTTPS exchanges.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <curl/curl.h>
#include <gnutls/gnutls.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "http.h"
#include "http-fault.h"
#include "http-setup.h"
#include "msg.h"
#include "pair.h"
#include "redirect.h"
#include "x509.h"

struct http_session {
	CURL *curl;
	/* what it was opened with; without what proves who we are once it was
	 * led to another origin */
	struct http_request with;
	int64_t end; /* in ms of the steady clock; 0: none */
};

/* What the call-backs of one transfer need. */
struct transfer {
	CURL *curl;
	struct http_reply *reply;
};

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* tls-unique, while the connection is there: the first header asks for it.
 * What is not there is an empty binding. */
static void
note_binding(const struct transfer *transfer)
{
	struct curl_tlssessioninfo *tls = NULL;
	gnutls_datum_t unique = { NULL, 0 };

	if (curl_easy_getinfo(transfer->curl, CURLINFO_TLS_SSL_PTR, &tls) !=
		CURLE_OK ||
	    tls->backend != CURLSSLBACKEND_GNUTLS || tls->internals == NULL)
		return;
	if (gnutls_session_channel_binding(
		tls->internals, GNUTLS_CB_TLS_UNIQUE, &unique) == 0)
		buf_add(&transfer->reply->binding, unique.data, unique.size);
	gnutls_free(unique.data);
}

static size_t
take_header(char *bytes, size_t one, size_t count, void *data)
{
	const struct transfer *transfer = data;

	(void)bytes;
	if (transfer->reply->binding.len == 0)
		note_binding(transfer);
	return one * count;
}

static size_t
take_body(char *bytes, size_t one, size_t count, void *data)
{
	const struct transfer *transfer = data;
	struct buf *body = &transfer->reply->body;
	size_t len = one * count;

	/* to take less than was given ends the transfer with an error */
	if (body->len + len > FILE_LIMIT || !buf_add(body, bytes, len))
		return 0;
	return len;
}

/* What is left of the session's time for one transfer. */
static bool
set_time(struct http_session *session, const char *url)
{
	int64_t left = session->end - now_ms();

	if (session->end == 0)
		return true;
	if (left <= 0)
		return fault(EXIT_NONET, "%s: the time ran out", url);
	curl_easy_setopt(session->curl, CURLOPT_TIMEOUT_MS,
	    (long)(left < INT_MAX ? left : INT_MAX));
	return true;
}

/* The seconds of Retry-After, one at least; -1: not said. libcurl has 0 for what
 * is not there, and for a moment that is over. */
static int64_t
read_wait(CURL *curl)
{
	struct curl_header *said = NULL;
	curl_off_t seconds = 0;

	if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds) ==
		CURLE_OK &&
	    seconds > 0)
		return seconds;
	return curl_easy_header(curl, "Retry-After", 0, CURLH_HEADER, -1,
		   &said) == CURLHE_OK &&
		       strcmp(said->value, "0") == 0
		   ? 1
		   : -1;
}

/* Did the transfer come as far as the request? */
static bool
was_sent(CURL *curl)
{
	curl_off_t before = 0;

	return curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &before) ==
		   CURLE_OK &&
	       before > 0;
}

static bool
note_answer(CURL *curl, struct http_reply *reply)
{
	const char *location = NULL;
	long asks = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply->status);
	reply->retry_after = read_wait(curl);
	curl_easy_getinfo(curl, CURLINFO_HTTPAUTH_AVAIL, &asks);
	reply->wants_digest = (asks & (long)CURLAUTH_DIGEST) != 0;
	reply->wants_basic = (asks & (long)CURLAUTH_BASIC) != 0;
	curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location);
	return location == NULL || redirect_plain(location, &reply->location);
}

/* A "no" or a "later" that was cut off is one all the same: some servers end a
 * 202 without a length, and without a word of TLS that it is over. */
static bool
is_said(CURL *curl, CURLcode rc)
{
	long status = 0;

	if (rc == CURLE_OK)
		return true;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	return (rc == CURLE_RECV_ERROR || rc == CURLE_PARTIAL_FILE) &&
	       (status == 202 || status >= 400);
}

/* One request to URL, and one answer. */
static bool
perform(struct http_session *session, const struct http_request *request,
    const char *url, struct http_reply *reply)
{
	struct transfer transfer = { session->curl, reply };
	char words[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers = NULL;
	curl_mime *form = NULL;
	CURLcode rc;
	bool ok = false;

	if (!http_make_headers(request, &headers) ||
	    !http_make_form(session->curl, request, &form) ||
	    !set_time(session, url))
		goto out;
	http_set_request(session->curl, request, url, headers, form);
	curl_easy_setopt(session->curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(session->curl, CURLOPT_WRITEDATA, &transfer);
	if (session->with.bind) {
		curl_easy_setopt(
		    session->curl, CURLOPT_HEADERFUNCTION, take_header);
		curl_easy_setopt(session->curl, CURLOPT_HEADERDATA, &transfer);
	}
	curl_easy_setopt(session->curl, CURLOPT_ERRORBUFFER, words);
	msg_trace("%s %s", http_method(request), url);
	rc = curl_easy_perform(session->curl);
	curl_easy_setopt(session->curl, CURLOPT_ERRORBUFFER, NULL);
	reply->sent = was_sent(session->curl);
	ok = is_said(session->curl, rc)
		 ? note_answer(session->curl, reply)
		 : http_fault(session->curl, &session->with, url, rc, words);
	if (ok)
		msg_trace("%s: status %ld, %zu bytes", url, reply->status,
		    reply->body.len);
out:
	curl_slist_free_all(headers);
	curl_mime_free(form);
	return ok;
}

/* Another origin hears nothing of who we are: a handle that never knew. */
static bool
forget_identity(struct http_session *session)
{
	struct http_request *with = &session->with;

	with->user = NULL;
	with->password = NULL;
	with->token = NULL;
	with->netrc = NULL;
	with->cert = NULL;
	with->key = (struct key_place){ NULL, NULL };
	curl_easy_cleanup(session->curl);
	session->curl = curl_easy_init();
	if (session->curl == NULL)
		return fault(EXIT_LOCAL, "libcurl: cannot be initialised");
	return http_set_session(session->curl, with);
}

/* Makes ready for where REPLY points: URL receives it, REPLY is empty then. */
static bool
take_hop(struct http_session *session, const struct http_request *request,
    struct buf *url, struct http_reply *reply)
{
	struct buf from = *url;
	bool same;
	bool ok;

	*url = reply->location;
	reply->location = (struct buf){ 0 };
	ok = redirect_check(buf_text(&from), buf_text(url), &same);
	if (ok && !same && request->body != NULL)
		ok = fault(EXIT_UNTRUSTED,
		    "%s: redirects to %s, another server, which a request is "
		    "not sent to: name it with --url",
		    buf_text(&from), buf_text(url));
	if (ok && !same)
		ok = forget_identity(session);
	buf_free(&from);
	http_free(reply);
	*reply = (struct http_reply){ .retry_after = -1 };
	return ok;
}

bool
http_is_url(const char *url)
{
	return strncmp(url, "https://", 8) == 0 && url[8] != '\0';
}

bool
http_has_login(const char *url)
{
	const char *host = strstr(url, "://");

	host = host != NULL ? host + 3 : url;
	return memchr(host, '@', strcspn(host, "/?#")) != NULL;
}

bool
http_open(const struct http_request *request, struct http_session **session)
{
	struct http_session *made = calloc(1, sizeof *made);

	*session = NULL;
	if (made == NULL)
		return fault_memory();
	made->with = *request;
	if (request->timeout > 0)
		made->end =
		    now_ms() +
		    (request->timeout < INT_MAX ? request->timeout : INT_MAX) *
			1000;
	if (!x509_start())
		goto fail;
	if (curl_global_init(CURL_GLOBAL_SSL) != CURLE_OK ||
	    (made->curl = curl_easy_init()) == NULL) {
		fault(EXIT_LOCAL, "libcurl: cannot be initialised");
		goto fail;
	}
	if (!http_set_session(made->curl, request) ||
	    (request->cert != NULL &&
		!pair_check(request->cert, &request->key)))
		goto fail;
	*session = made;
	return true;
fail:
	http_close(made);
	return false;
}

bool
http_send(struct http_session *session, const struct http_request *request,
    struct http_reply *reply)
{
	struct buf url = { 0 };
	bool ok;

	*reply = (struct http_reply){ .retry_after = -1 };
	ok = buf_print(&url, "%s", request->url);
	for (int hops = 0; ok; hops++) {
		ok = perform(session, request, buf_text(&url), reply);
		if (!ok || !request->follow || reply->location.len == 0 ||
		    !redirect_is(reply->status, request->body != NULL))
			break;
		if (hops == REDIRECT_LIMIT)
			ok = fault(EXIT_UNTRUSTED, "%s: over %d redirects",
			    request->url, REDIRECT_LIMIT);
		else
			ok = take_hop(session, request, &url, reply);
	}
	buf_free(&url);
	if (!ok)
		http_free(reply);
	return ok;
}

void
http_close(struct http_session *session)
{
	if (session == NULL)
		return;
	curl_easy_cleanup(session->curl);
	free(session);
}

bool
http_post(const struct http_request *request, struct http_reply *reply)
{
	struct http_session *session = NULL;
	bool ok;

	*reply = (struct http_reply){ .retry_after = -1 };
	ok = http_open(request, &session) && http_send(session, request, reply);
	http_close(session);
	return ok;
}

void
http_free(struct http_reply *reply)
{
	buf_free(&reply->body);
	buf_free(&reply->location);
	buf_free(&reply->binding);
}

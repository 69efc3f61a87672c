/* http-probe.c: can an HTTPS server be reached and trusted?
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>
#include <curl/curl.h>
#include <gnutls/gnutls.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "http-fault.h"
#include "http-probe.h"
#include "http-setup.h"
#include "msg.h"
#include "pair.h"
#include "x509.h"

/* How long a server of TLS 1.3 has to say what it thinks of our certificate. */
enum { SETTLE_MS = 2000 };

/* One connection. */
struct visit {
	CURL *curl;
	const struct http_request *request;
	bool judge; /* only to say what is wrong with the server's chain */
	bool connected; /* the line was there, to the server or its proxy */
	bool late; /* TLS 1.3: our certificate is judged after the handshake */
	struct buf why; /* of what is wrong */
};

/* What the server shows, held against our anchors: into WHY. What cannot be told
 * is left out. */
static void
judge(struct visit *visit, gnutls_session_t session)
{
	const char *ca =
	    visit->request->ca != NULL ? visit->request->ca : SYSTEM_CA;
	unsigned count = 0;
	const gnutls_datum_t *sent =
	    gnutls_certificate_get_peers(session, &count);
	struct x509_list chain = { calloc(count + 1, sizeof *chain.crt), 0 };
	gnutls_x509_trust_list_t anchors = NULL;
	bool trusted = false;

	while (chain.crt != NULL && chain.count < count) {
		gnutls_x509_crt_t *crt = &chain.crt[chain.count];

		if (gnutls_x509_crt_init(crt) < 0)
			break;
		chain.count++;
		if (gnutls_x509_crt_import(*crt, sent++, GNUTLS_X509_FMT_DER) <
		    0)
			goto out;
	}
	if (chain.count > 0 && x509_read_anchors(ca, &anchors))
		(void)x509_trusted(
		    &chain, anchors, time(NULL), &trusted, &visit->why);
out:
	x509_free_anchors(anchors);
	x509_free(&chain);
}

/* The connection is there, and its session for as long as this runs. */
static int
arrive(void *data, char *ip, char *local_ip, int port, int local_port)
{
	struct visit *visit = data;
	struct curl_tlssessioninfo *tls = NULL;
	char *words;

	(void)local_ip;
	(void)local_port;
	if (curl_easy_getinfo(visit->curl, CURLINFO_TLS_SSL_PTR, &tls) !=
		CURLE_OK ||
	    tls->backend != CURLSSLBACKEND_GNUTLS || tls->internals == NULL)
		return CURL_PREREQFUNC_OK;
	if (visit->judge) {
		judge(visit, tls->internals);
		return CURL_PREREQFUNC_OK;
	}
	words = gnutls_session_get_desc(tls->internals);
	msg_trace("%s: trusted, at %s port %d, %s", visit->request->url, ip,
	    port, words != NULL ? words : "TLS");
	gnutls_free(words);
	visit->late =
	    gnutls_protocol_get_version(tls->internals) >= GNUTLS_TLS1_3;
	return CURL_PREREQFUNC_OK;
}

static void
trace_step(const struct visit *visit, CURLINFO which, const char *step)
{
	curl_off_t time = 0;

	if (curl_easy_getinfo(visit->curl, which, &time) == CURLE_OK &&
	    time > 0)
		msg_trace("%s: %s, %lld ms from the start", visit->request->url,
		    step, (long long)time / 1000);
}

/* libcurl does not tell how far it came when time ran out: the socket does. */
static int
leave(void *data, curl_socket_t line)
{
	struct visit *visit = data;
	struct sockaddr_storage peer;
	socklen_t len = sizeof peer;

	if (getpeername(line, (struct sockaddr *)&peer, &len) == 0)
		visit->connected = true;
	return close(line);
}

/* The step that failed, in the words of people. */
static const char *
step_of(const struct visit *visit, CURLcode rc)
{
	long number = 0;

	switch (rc) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "name not found";
	case CURLE_COULDNT_RESOLVE_PROXY:
		return "name of the proxy not found";
	case CURLE_COULDNT_CONNECT:
		curl_easy_getinfo(visit->curl, CURLINFO_OS_ERRNO, &number);
		return number == ECONNREFUSED ? "connection refused"
					      : "no connection";
	case CURLE_OPERATION_TIMEDOUT:
		return visit->connected ? "no TLS" : "no connection";
	case CURLE_PEER_FAILED_VERIFICATION:
		return "certificate not trusted";
	case CURLE_SSL_CONNECT_ERROR:
		return "no TLS";
	default:
		return "cut off";
	}
}

/* Connects, and leaves the connection open. WORDS is libcurl's error buffer. */
static CURLcode
connect_to(struct visit *visit, char *words)
{
	const struct http_request *request = visit->request;
	CURL *curl = visit->curl;

	if (request->timeout > 0)
		curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
		    (long)(request->timeout < INT_MAX / 1000
			       ? request->timeout * 1000
			       : INT_MAX));
	curl_easy_setopt(curl, CURLOPT_URL, request->url);
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, arrive);
	curl_easy_setopt(curl, CURLOPT_PREREQDATA, visit);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
	curl_easy_setopt(curl, CURLOPT_CLOSESOCKETFUNCTION, leave);
	curl_easy_setopt(curl, CURLOPT_CLOSESOCKETDATA, visit);
	return curl_easy_perform(curl);
}

/* In TLS 1.3 the server judges our certificate when the handshake is over for
 * us: what it says next is an alert, or a ticket, or nothing. */
static CURLcode
settle(CURL *curl)
{
	curl_socket_t line = CURL_SOCKET_BAD;
	struct pollfd wait = { .events = POLLIN };
	size_t got = 0;
	char byte;
	CURLcode rc;

	curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &line);
	wait.fd = line;
	if (line == CURL_SOCKET_BAD || poll(&wait, 1, SETTLE_MS) <= 0)
		return CURLE_OK;
	rc = curl_easy_recv(curl, &byte, 1, &got);
	if (rc == CURLE_OK && got == 0)
		return CURLE_GOT_NOTHING;
	return rc == CURLE_AGAIN ? CURLE_OK : rc;
}

/* libcurl says that a server is not to be trusted, and not why: a second
 * connection, over which nothing is believed and nothing is sent. */
static void
look_closer(const struct http_request *request, struct buf *why)
{
	char words[CURL_ERROR_SIZE] = "";
	struct visit visit = { .request = request, .judge = true };

	visit.curl = curl_easy_init();
	if (visit.curl != NULL && http_set_session(visit.curl, request)) {
		curl_easy_setopt(visit.curl, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(visit.curl, CURLOPT_SSL_VERIFYHOST, 0L);
		curl_easy_setopt(visit.curl, CURLOPT_SSLCERT, NULL);
		(void)connect_to(&visit, words);
	}
	curl_easy_cleanup(visit.curl);
	*why = visit.why;
}

/* RC ended VISIT: says which step failed, and why. */
static bool
tell(const struct visit *visit, CURLcode rc, const char *words)
{
	const struct http_request *request = visit->request;
	struct buf text = { 0 };
	struct buf why = { 0 };
	long status = 0;

	curl_easy_getinfo(visit->curl, CURLINFO_HTTP_CONNECTCODE, &status);
	if (rc == CURLE_PEER_FAILED_VERIFICATION)
		look_closer(request, &why);
	if (words[0] == '\0')
		words = curl_easy_strerror(rc);
	/* what a proxy said has words of its own */
	if (status >= 300 || buf_print(&text, "%s: %s", step_of(visit, rc),
				 why.len > 0 ? buf_text(&why) : words))
		http_fault(visit->curl, request, request->url, rc,
		    status >= 300 ? words : buf_text(&text));
	buf_free(&why);
	buf_free(&text);
	return false;
}

bool
http_probe(const struct http_request *request)
{
	char words[CURL_ERROR_SIZE] = "";
	struct visit visit = { .request = request };
	CURLcode rc;
	bool ok = false;

	if (!x509_start())
		return false;
	if (curl_global_init(CURL_GLOBAL_SSL) != CURLE_OK ||
	    (visit.curl = curl_easy_init()) == NULL)
		return fault(EXIT_LOCAL, "libcurl: cannot be initialised");
	if (!http_set_session(visit.curl, request) ||
	    (request->cert != NULL &&
		!pair_check(request->cert, &request->key)))
		goto out;
	rc = connect_to(&visit, words);
	trace_step(&visit, CURLINFO_NAMELOOKUP_TIME_T, "name found");
	trace_step(&visit, CURLINFO_CONNECT_TIME_T, "connected");
	trace_step(&visit, CURLINFO_APPCONNECT_TIME_T, "TLS agreed on");
	if (rc == CURLE_OK && request->cert != NULL && visit.late)
		rc = settle(visit.curl);
	ok = rc == CURLE_OK || tell(&visit, rc, words);
out:
	curl_easy_cleanup(visit.curl);
	return ok;
}

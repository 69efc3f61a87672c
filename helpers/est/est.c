/* est.c: one EST exchange (RFC 7030, RFC 8951).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>
#include <sys/stat.h>
#include <gnutls/gnutls.h>

#include "asked.h"
#include "base64.h"
#include "csrattrs.h"
#include "est.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "pop.h"

/* Seconds between two questions where a 202 names none. */
enum { POLL_SECONDS = 60 };

static const char *const paths[] = {
	[EST_ENROLL] = "simpleenroll",
	[EST_REENROLL] = "simplereenroll",
	[EST_CACERTS] = "cacerts",
	[EST_CSRATTRS] = "csrattrs",
	[EST_KEYGEN] = "serverkeygen",
};

bool
est_sends(enum est_operation operation)
{
	return operation != EST_CACERTS && operation != EST_CSRATTRS;
}

bool
est_check_label(const char *label)
{
	/* what a path may hold without escapes (RFC 3986, 2.3) */
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-._~";

	if (label[0] == '\0' || label[strspn(label, allowed)] != '\0' ||
	    strcmp(label, ".") == 0 || strcmp(label, "..") == 0)
		return fault(EXIT_USAGE,
		    "--label: %s: letters, digits and -._~ make a label",
		    label);
	for (size_t i = EST_ENROLL; i < sizeof paths / sizeof paths[0]; i++)
		if (strcmp(label, paths[i]) == 0)
			return fault(EXIT_USAGE,
			    "--label: %s: the name of an operation", label);
	return true;
}

bool
est_request(const struct buf *text, struct buf *der)
{
	/* the longer name first, as csr_parse finds them */
	static const char *const labels[] = { "NEW CERTIFICATE REQUEST",
		"CERTIFICATE REQUEST" };
	gnutls_datum_t from = { text->data, (unsigned)text->len };
	gnutls_datum_t to = { NULL, 0 };
	bool ok;

	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		if (gnutls_pem_base64_decode2(labels[i], &from, &to) < 0)
			continue;
		ok = buf_add(der, to.data, to.size);
		gnutls_free(to.data);
		return ok;
	}
	return buf_add(der, text->data, text->len);
}

/* URL/.well-known/est[/LABEL]/OPERATION (RFC 7030, 3.2.2), whether URL says the
 * middle already or not. */
static bool
make_url(const struct est_order *order, enum est_operation operation,
    struct buf *url)
{
	static const char middle[] = "/.well-known/est";
	size_t len = strlen(order->url);

	while (len > 0 && order->url[len - 1] == '/')
		len--;
	return buf_add(url, order->url, len) &&
	       buf_print(url, "%s%s%s/%s",
		   strstr(order->url, middle) != NULL ? "" : middle,
		   order->label != NULL ? "/" : "",
		   order->label != NULL ? order->label : "", paths[operation]);
}

/* What a server means by its "no" is not always in its words. */
static void
advise(const struct est_order *order, const struct http_reply *reply)
{
	const struct http_request *http = &order->http;
	const char *words = buf_text(&reply->body);

	if (reply->status == 401 && http->user != NULL && !http->digest &&
	    reply->wants_digest && !reply->wants_basic)
		msg_warn(
		    "%s: wants Digest authentication: --digest", http->url);
	if (reply->status == 401 && http->digest && !reply->wants_digest &&
	    reply->wants_basic)
		msg_warn("%s: wants Basic authentication, without --digest",
		    http->url);
	if ((reply->status == 400 || reply->status == 401) && !order->pop &&
	    (strcasestr(words, "proof of possession") != NULL ||
		strcasestr(words, "proof-of-possession") != NULL))
		msg_warn("%s: wants proof of possession: --pop with the key of "
			 "the request",
		    http->url);
}

/* A tenant says the same 401 to a device that is not registered yet and to one
 * whose password is spent: only the caller, who knows whether it was ever
 * answered, can tell, so it is "later". */
static bool
judge(const struct est_order *order, const struct http_reply *reply)
{
	/* "no attributes" (RFC 7030, 4.5.2) */
	if (order->operation == EST_CSRATTRS && reply->status == 204)
		return true;
	if (http_judge(&order->http, reply))
		return true;
	if (reply->status == 401 && order->http.user != NULL &&
	    strstr(buf_text(&reply->body), "No newDeviceRequest found") != NULL)
		return fault(EXIT_LATER, "%s", fault_text());
	advise(order, reply);
	return false;
}

/* Is it said that there will be no certificate? What a proxy says when it heard
 * nothing from the server is no such word, even if it is "later". */
static bool
is_definite(const struct http_reply *reply)
{
	return reply->status < 500 ||
	       (reply->status == 503 && reply->retry_after >= 0);
}

/* The same no is another one where an answer was lost before: a password that is
 * good for once may have had its certificate. */
static void
tell_spent(const struct est_order *order, const struct http_reply *reply,
    const struct asked *asked)
{
	if (asked->before && reply->status == 401)
		fault(fault_code(),
		    "%s: an earlier request brought no certificate, and its "
		    "one-time password may be spent: register the device "
		    "again; %s",
		    order->http.user, fault_text());
}

/* Asks on the connection of SESSION what the server wants to see in a request.
 * Where that is proof, PROVED receives the request with it, in DER, and BINDING
 * the connection that it is good for. */
static bool
prove(const struct est_order *order, struct http_session *session,
    const struct buf *der, struct buf *proved, struct buf *binding)
{
	struct http_request ask = order->http;
	struct http_reply reply = { 0 };
	struct buf url = { 0 };
	struct buf wanted = { 0 };
	bool ok;

	ask.body = NULL;
	ok = make_url(order, EST_CSRATTRS, &url);
	ask.url = buf_text(&url);
	ok = ok && http_send(session, &ask, &reply);
	/* 204 and 404 both say that it wants nothing (RFC 7030, 4.5.2) */
	if (!ok || reply.status == 204 || reply.status == 404)
		goto out;
	ok = http_judge(&ask, &reply) &&
	     csrattrs_decode(&reply.body, ask.url, &wanted);
	if (!ok || !csrattrs_has(&wanted, CSRATTRS_CHALLENGE))
		goto out;
	ok = (reply.binding.len > 0 ||
		 fault(EXIT_UNTRUSTED, "%s: a connection without tls-unique",
		     ask.url)) &&
	     pop_sign(der, &order->http.key, &reply.binding, proved) &&
	     buf_add(binding, reply.binding.data, reply.binding.len);
out:
	http_free(&reply);
	buf_free(&wanted);
	buf_free(&url);
	return ok;
}

/* Sends one request with the proof that the server wants. STALE: it went out on
 * another connection than the proof was made for. */
static bool
send_proved(struct est_order *order, struct http_session *session,
    const struct buf *der, struct http_reply *reply, bool *stale)
{
	struct buf proved = { 0 };
	struct buf binding = { 0 };
	struct buf body = { 0 };
	bool ok;

	*stale = false;
	ok = !order->pop || prove(order, session, der, &proved, &binding);
	if (proved.len > 0)
		der = &proved;
	ok = ok && base64_print(der->data, der->len, &body);
	order->http.body = &body;
	ok = ok && http_send(session, &order->http, reply);
	order->http.body = NULL;
	if (ok && proved.len > 0)
		*stale =
		    reply->binding.len != binding.len ||
		    memcmp(reply->binding.data, binding.data, binding.len) != 0;
	buf_free(&body);
	buf_free(&binding);
	buf_free(&proved);
	return ok;
}

/* A connection that was closed in between is a proof lost: once more, then. */
static bool
send_request(struct est_order *order, struct http_session *session,
    const struct buf *der, struct http_reply *reply)
{
	bool stale;

	if (!send_proved(order, session, der, reply, &stale))
		return false;
	if (!stale || (reply->status != 400 && reply->status != 401))
		return true;
	http_free(reply);
	msg_trace("%s: the connection was another: once more", order->http.url);
	if (!send_proved(order, session, der, reply, &stale))
		return false;
	if (stale)
		msg_warn("%s: closes the connection behind csrattrs: proof of "
			 "possession takes one for both",
		    order->http.url);
	return true;
}

/* One try: a session of its own, as the next one may be an hour later. */
static bool
try_once(
    struct est_order *order, const struct buf *der, struct http_reply *reply)
{
	struct http_session *session = NULL;
	bool ok;

	*reply = (struct http_reply){ .retry_after = -1 };
	ok = http_open(&order->http, &session) &&
	     (est_sends(order->operation)
		     ? send_request(order, session, der, reply)
		     : http_send(session, &order->http, reply));
	http_close(session);
	return ok;
}

/* Tries until the server has an answer, or the time is over in which it could
 * have one. REPLY is the last. */
static bool
try_until(struct est_order *order, const struct buf *der,
    const struct asked *asked, struct http_reply *reply)
{
	struct timespec now;
	time_t end;

	clock_gettime(CLOCK_MONOTONIC, &now);
	end = now.tv_sec + (time_t)order->poll;
	for (;;) {
		struct timespec pause = { .tv_sec = POLL_SECONDS };

		if (!asked_mark(asked))
			return false;
		if (!try_once(order, der, reply)) {
			if (!reply->sent)
				asked_clear(asked);
			return false;
		}
		if (judge(order, reply))
			return true;
		if (is_definite(reply))
			asked_clear(asked);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (reply->retry_after > 0)
			pause.tv_sec = (time_t)reply->retry_after;
		if (reply->status != 202 || order->poll == 0 ||
		    pause.tv_sec > end - now.tv_sec)
			break;
		msg_trace("%s: again in %lld s", order->http.url,
		    (long long)pause.tv_sec);
		http_free(reply);
		nanosleep(&pause, NULL);
	}
	http_print_wait(reply);
	tell_spent(order, reply, asked);
	http_free(reply);
	return false;
}

/* Room for the answer first: what is issued then is issued once. A key that
 * comes with it is for nobody else to read. */
static bool
check_room(const struct est_order *order)
{
	struct stat st;

	if (order->save == NULL)
		return true;
	if (order->operation == EST_KEYGEN && stat(order->save, &st) == 0 &&
	    (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return fault(EXIT_LOCAL,
		    "%s: others may use it, and the answer holds a private "
		    "key: remove it first",
		    order->save);
	return file_can_replace(order->save);
}

bool
est_ask(struct est_order *order, const struct buf *der, struct buf *answer)
{
	struct http_reply reply = { .retry_after = -1 };
	struct asked asked = { .name = NULL };
	struct buf url = { 0 };
	bool once = est_sends(order->operation) && order->http.user != NULL;
	bool ok = false;

	if (!make_url(order, order->operation, &url) ||
	    !asked_open(once ? order->save : NULL, &asked))
		goto out;
	order->http.url = buf_text(&url);
	order->http.type = "application/pkcs10";
	order->http.encoding = "base64";
	order->http.bind = order->pop;
	if (!check_room(order) || !try_until(order, der, &asked, &reply))
		goto out;
	if (order->save != NULL && !file_replace(order->save, 0600,
				       buf_text(&reply.body), reply.body.len))
		goto out;
	asked_forget(&asked);
	ok = buf_add(answer, buf_text(&reply.body), reply.body.len);
out:
	asked_free(&asked);
	order->http.url = NULL;
	http_free(&reply);
	buf_free(&url);
	return ok;
}

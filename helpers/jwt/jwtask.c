/* jwtask.c: the ways in which a tenant is asked for a token.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>
#include <gnutls/crypto.h>

#include "exit.h"
#include "fault.h"
#include "jwt.h"
#include "jwtask.h"
#include "msg.h"
#include "net/deadline.h"
#include "net/http-files.h"
#include "net/mqtt.h"
#include "x509.h"

/* How often it is asked over MQTT: a question that comes while the device is
 * still being accepted is never answered, and not in the same session. */
enum { ASK_TIMES = 3 };

/* What hears the answers over MQTT. */
struct listener {
	const char *host;
	const char *errors; /* the topic of errors */
	struct buf *token;
	struct buf *claims;
	bool shared; /* the topics, with others that ask */
	bool good;
	struct buf bad; /* what was wrong with the latest answer, "": nothing */
	int code; /* of that */
};

/* The topic of errors tells of everything; what concerns a token names no
 * template. */
static bool
is_about_token(const void *text, size_t len)
{
	return len >= 4 && memcmp(text, "41,,", 4) == 0;
}

/* On topics that are shared, what is no good token may be an old answer to
 * somebody else, and the good one still to come; a no is a no. */
static bool
hear(void *to, const char *topic, const void *text, size_t len)
{
	struct listener *listener = to;

	if (strcmp(topic, listener->errors) == 0 && !is_about_token(text, len))
		return false;
	buf_free(listener->token);
	buf_free(listener->claims);
	buf_free(&listener->bad);
	listener->good =
	    jwt_from_smartrest(text, len, listener->host, listener->token) &&
	    jwt_check(listener->token, time(NULL), listener->claims);
	if (listener->good)
		return true;
	listener->code = fault_code();
	(void)buf_print(&listener->bad, "%s", fault_text());
	return !listener->shared || listener->code == EXIT_REFUSED;
}

/* The seconds for one question: it ends before the deadline does, which has less
 * to say. */
static int64_t
bound(int64_t wait)
{
	int64_t left = deadline_left();

	if (left == 0 || wait < left)
		return wait;
	return left > 1 ? left - 1 : 1;
}

/* Asks on the topic PREFIX/s/uat for an answer on PREFIX/s/dat. */
static bool
ask_once(struct mqtt_session *session, const char *prefix, int64_t wait,
    struct listener *listener)
{
	struct mqtt_question question = {
		.seconds = wait, .hear = hear, .to = listener
	};
	const char *slash = prefix[0] != '\0' ? "/" : "";
	struct buf topics[3] = { { 0 } };
	bool ok = buf_print(&topics[0], "%s%ss/uat", prefix, slash) &&
		  buf_print(&topics[1], "%s%ss/dat", prefix, slash) &&
		  buf_print(&topics[2], "%s%ss/e", prefix, slash);

	question.topic = buf_text(&topics[0]);
	question.answers = buf_text(&topics[1]);
	question.errors = listener->errors = buf_text(&topics[2]);
	ok = ok && mqtt_ask(session, &question);
	for (int i = 0; i < 3; i++)
		buf_free(&topics[i]);
	if (listener->bad.len > 0)
		return fault(listener->code, "%s", buf_text(&listener->bad));
	return ok;
}

/* Asks until there is an answer, in a new session each time. */
static bool
ask(struct mqtt_target *target, const char *prefix, int64_t wait,
    struct buf *token, struct buf *claims)
{
	struct listener listener = { .host = target->host,
		.shared = target->pair == NULL,
		.token = token,
		.claims = claims };
	struct mqtt_session *session = NULL;
	bool ok = false;

	for (int i = 0; i < ASK_TIMES && !ok; i++) {
		target->seconds = bound(wait);
		if (!mqtt_connect(target, &session))
			break;
		ok = ask_once(session, prefix, bound(wait), &listener);
		mqtt_close(session);
		if (!ok && fault_code() != EXIT_NONET)
			break;
		if (!ok && i + 1 < ASK_TIMES)
			msg_trace("%s; once more", fault_text());
	}
	buf_free(&listener.bad);
	if (!ok)
		buf_free(token);
	return ok;
}

bool
jwt_ask_mqtt(
    const struct jwt_order *order, struct buf *token, struct buf *claims)
{
	struct mqtt_target target = { .host = order->host,
		.port = order->port,
		.ca = order->ca != NULL ? order->ca : SYSTEM_CA,
		.pair = order->pair };
	struct buf id = { 0 };
	bool ok;

	if (!x509_common_name(order->pair->chain.crt[0], &id))
		return fault(
		    fault_code(), "%s: %s", order->pair->cert, fault_text());
	target.client_id = buf_text(&id);
	ok = ask(&target, "", order->wait, token, claims);
	buf_free(&id);
	return ok;
}

/* An id that is nobody else's, of the length and the letters that every broker
 * takes (MQTT-3.1.3-5). */
static bool
make_id(struct buf *id)
{
	unsigned char bytes[8];

	if (!x509_start())
		return false;
	if (gnutls_rnd(GNUTLS_RND_NONCE, bytes, sizeof bytes) < 0)
		return fault(EXIT_LOCAL, "no random bytes");
	if (!buf_print(id, "jwtget"))
		return false;
	for (size_t i = 0; i < sizeof bytes; i++)
		if (!buf_print(id, "%02x", bytes[i]))
			return false;
	return true;
}

bool
jwt_ask_broker(
    const struct jwt_order *order, struct buf *token, struct buf *claims)
{
	struct mqtt_target target = { .host = order->broker,
		.port = order->broker_port,
		.ca = order->broker_ca };
	struct buf id = { 0 };
	bool ok = make_id(&id);

	target.client_id = buf_text(&id);
	ok = ok && ask(&target, order->prefix, order->wait, token, claims);
	buf_free(&id);
	return ok;
}

/* The chain as X-Ssl-Cert-Chain wants it: PEM, with blanks for line feeds. */
static bool
print_chain(const struct pair *pair, struct buf *out)
{
	if (!x509_print_pem(&pair->chain, out))
		return false;
	while (out->len > 0 && out->data[out->len - 1] == '\n')
		out->data[--out->len] = '\0';
	for (size_t i = 0; i < out->len; i++)
		if (out->data[i] == '\n')
			out->data[i] = ' ';
	return true;
}

/* POST /devicecontrol/deviceAccessToken, and its answer. */
static bool
post(const struct http_request *request, struct http_reply *reply,
    struct buf *token, struct buf *claims)
{
	bool ok = http_post(request, reply) && http_judge(request, reply) &&
		  jwt_from_json(&reply->body, request->url, token) &&
		  jwt_check(token, time(NULL), claims);

	if (!ok)
		buf_free(token);
	return ok;
}

bool
jwt_ask_https(const struct jwt_order *order, struct http_reply *reply,
    struct buf *token, struct buf *claims)
{
	struct buf none = { 0 };
	struct buf url = { 0 };
	struct buf chain = { 0 };
	struct http_files files = { 0 };
	struct http_request request = { .accept = "application/json",
		.body = &none,
		.ca = order->ca,
		.connect_timeout = order->connect_timeout,
		.timeout = order->timeout };
	size_t len = strlen(order->url);
	bool ok;

	while (len > 0 && order->url[len - 1] == '/')
		len--;
	ok = buf_add(&url, order->url, len) &&
	     buf_print(&url, "/devicecontrol/deviceAccessToken") &&
	     (!order->with_chain || print_chain(order->pair, &chain)) &&
	     http_name_pair(order->pair, &request, &files);
	request.url = buf_text(&url);
	request.chain = order->with_chain ? buf_text(&chain) : NULL;
	ok = ok && post(&request, reply, token, claims);
	buf_free(&url);
	buf_free(&chain);
	http_free_files(&files);
	return ok;
}

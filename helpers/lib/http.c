/* http.c: one HTTPS POST, and what its answer means.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <curl/curl.h>
#include <jansson.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "http.h"
#include "msg.h"
#include "pair.h"
#include "text.h"
#include "x509.h"

enum { WORDS_LIMIT = 300 };

static bool
set_trust(CURL *curl, const char *ca)
{
	struct stat st;

	if (ca == NULL)
		return true;
	if (stat(ca, &st) != 0)
		return fault_errno(ca);
	if (S_ISDIR(st.st_mode)) {
		curl_easy_setopt(curl, CURLOPT_CAPATH, ca);
		curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
	} else {
		curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	return true;
}

static bool
set_identity(CURL *curl, const struct http_request *request)
{
	if (request->user != NULL) {
		curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
		curl_easy_setopt(curl, CURLOPT_USERNAME, request->user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, request->password);
	}
	if (request->token != NULL) {
		curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
		curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, request->token);
	}
	if (request->cert == NULL)
		return true;
	curl_easy_setopt(curl, CURLOPT_SSLCERT, request->cert);
	curl_easy_setopt(curl, CURLOPT_SSLKEY, request->key.name);
	curl_easy_setopt(curl, CURLOPT_KEYPASSWD, request->key.passphrase);
	return pair_check(request->cert, &request->key);
}

static bool
add_header(struct curl_slist **headers, const char *name, const char *value)
{
	struct buf line = { 0 };
	struct curl_slist *more = NULL;

	if (value == NULL)
		return true;
	if (buf_print(&line, "%s: %s", name, value))
		more = curl_slist_append(*headers, buf_text(&line));
	buf_free(&line);
	if (more == NULL)
		return fault_memory();
	*headers = more;
	return true;
}

/* "Expect:" without a value takes out libcurl's 100-continue, which EST servers
 * of the field do not know. */
static bool
make_headers(const struct http_request *request, struct curl_slist **headers)
{
	*headers = curl_slist_append(NULL, "Expect:");
	return *headers != NULL
		   ? add_header(headers, "Content-Type", request->type) &&
			 add_header(headers, "Content-Transfer-Encoding",
			     request->encoding) &&
			 add_header(headers, "Accept", request->accept) &&
			 add_header(headers, "X-Ssl-Cert-Chain", request->chain)
		   : fault_memory();
}

static size_t
take_body(char *bytes, size_t one, size_t count, void *to)
{
	struct buf *body = to;
	size_t len = one * count;

	/* to take less than was given ends the transfer with an error */
	if (body->len + len > FILE_LIMIT || !buf_add(body, bytes, len))
		return 0;
	return len;
}

/* Did the line break, by what libcurl and GnuTLS say of a handshake? */
static bool
is_cut(const char *words)
{
	static const char *const cuts[] = { "Recv failure", "Send failure",
		"non-properly terminated", "pull function", "push function",
		"timed out" };

	for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++)
		if (strstr(words, cuts[i]) != NULL)
			return true;
	return false;
}

static int
code_of(CURLcode rc, const char *words, bool with_cert)
{
	switch (rc) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return EXIT_NONET;
	case CURLE_URL_MALFORMAT:
		return EXIT_USAGE;
	case CURLE_OUT_OF_MEMORY:
	case CURLE_FAILED_INIT:
		return EXIT_LOCAL;
	case CURLE_SSL_CACERT_BADFILE:
		return EXIT_DATA;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		/* an alert is the server's "no" to the certificate it was
		 * shown; in TLS 1.3 it comes after the handshake */
		if (strstr(words, "alert") != NULL)
			return with_cert ? EXIT_REFUSED : EXIT_UNTRUSTED;
		/* the line broke in the middle of it */
		return rc != CURLE_SSL_CONNECT_ERROR || is_cut(words)
			   ? EXIT_NONET
			   : EXIT_UNTRUSTED;
	default:
		return EXIT_UNTRUSTED;
	}
}

static void
set_request(CURL *curl, const struct http_request *request,
    struct curl_slist *headers, struct http_reply *reply)
{
	curl_easy_setopt(curl, CURLOPT_URL, request->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(
	    curl, CURLOPT_CONNECTTIMEOUT, (long)request->connect_timeout);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)request->timeout);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(
	    curl, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(
	    curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body->len);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, buf_text(request->body));
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply->body);
}

/* Does CA, if it is a file, hold an anchor? Asked when a server was not
 * believed: libcurl takes a file without one. */
static bool
check_anchors(const char *ca)
{
	struct x509_list anchors;
	struct stat st;

	if (ca == NULL || stat(ca, &st) != 0 || S_ISDIR(st.st_mode))
		return true;
	if (!x509_read(ca, &anchors))
		return false;
	x509_free(&anchors);
	return true;
}

static bool
perform(
    CURL *curl, const struct http_request *request, struct http_reply *reply)
{
	char words[CURL_ERROR_SIZE] = "";
	curl_off_t seconds = 0;
	CURLcode rc;

	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
	msg_trace("POST %s", request->url);
	rc = curl_easy_perform(curl);
	if (rc == CURLE_WRITE_ERROR)
		return fault(EXIT_UNTRUSTED, "%s: an answer over %u bytes",
		    request->url, FILE_LIMIT);
	if (rc == CURLE_PEER_FAILED_VERIFICATION && !check_anchors(request->ca))
		return false;
	if (rc != CURLE_OK)
		return fault(code_of(rc, words, request->cert != NULL),
		    "%s: %s", request->url,
		    words[0] != '\0' ? words : curl_easy_strerror(rc));
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply->status);
	if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds) ==
		CURLE_OK &&
	    seconds > 0)
		reply->retry_after = seconds;
	msg_trace("%s: status %ld, %zu bytes", request->url, reply->status,
	    reply->body.len);
	return true;
}

bool
http_is_url(const char *url)
{
	return strncmp(url, "https://", 8) == 0 && url[8] != '\0';
}

bool
http_post(const struct http_request *request, struct http_reply *reply)
{
	struct curl_slist *headers = NULL;
	CURL *curl = NULL;
	bool ok = false;

	*reply = (struct http_reply){ .retry_after = -1 };
	if (curl_global_init(CURL_GLOBAL_SSL) != CURLE_OK ||
	    (curl = curl_easy_init()) == NULL) {
		fault(EXIT_LOCAL, "libcurl: cannot be initialised");
		goto out;
	}
	if (!make_headers(request, &headers) || !set_trust(curl, request->ca) ||
	    !set_identity(curl, request))
		goto out;
	set_request(curl, request, headers, reply);
	ok = perform(curl, request, reply);
out:
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	if (!ok)
		http_free(reply);
	return ok;
}

bool
http_judge(const struct http_request *request, const struct http_reply *reply)
{
	struct buf words = { 0 };
	long status = reply->status;
	int code = EXIT_REFUSED;

	if (status == 200 || status == 201)
		return true;
	if (!http_words(&reply->body, &words))
		return false;
	if (status == 202 || status == 429 || status == 503)
		code = EXIT_LATER;
	else if (status >= 500)
		code = EXIT_NONET;
	else if (status < 400)
		code = EXIT_UNTRUSTED;
	fault(code, "%s: status %ld%s%s", request->url, status,
	    words.len > 0 ? ": " : "", buf_text(&words));
	buf_free(&words);
	return false;
}

/* Adds BODY without what stands in <...>, and each run of white space or tags
 * as one blank. */
static bool
add_plain(const char *body, size_t len, struct buf *out)
{
	bool html = len > 0 && body[strspn(body, " \t\r\n")] == '<';
	bool inside = false;
	bool gap = false;

	for (size_t i = 0; i < len; i++) {
		char c = body[i];

		if (html && (c == '<' || c == '>')) {
			inside = c == '<';
			gap = true;
		} else if (strchr(" \t\r\n", c) != NULL) {
			gap = true;
		} else if (!inside) {
			if (gap && out->len > 0 && !buf_add(out, " ", 1))
				return false;
			gap = false;
			if (!buf_add(out, &c, 1))
				return false;
		}
	}
	return true;
}

bool
http_words(const struct buf *body, struct buf *out)
{
	json_t *json = json_loadb(buf_text(body), body->len, 0, NULL);
	const char *message =
	    json_string_value(json_object_get(json, "message"));
	struct buf plain = { 0 };
	bool ok = false;

	if (message == NULL && !add_plain(buf_text(body), body->len, &plain))
		goto out;
	if (message != NULL && !buf_add(&plain, message, strlen(message)))
		goto out;
	if (plain.len > WORDS_LIMIT) {
		plain.len = WORDS_LIMIT;
		if (!buf_add(&plain, "...", 3))
			goto out;
	}
	ok = text_escape(buf_text(&plain), plain.len, out);
out:
	buf_free(&plain);
	json_decref(json);
	return ok;
}

void
http_print_wait(const struct http_reply *reply)
{
	struct buf line = { 0 };

	if (fault_code() == EXIT_LATER && reply->retry_after >= 0 &&
	    buf_print(&line, "%lld\n", (long long)reply->retry_after))
		file_print(line.data, line.len);
	buf_free(&line);
}

void
http_free(struct http_reply *reply)
{
	buf_free(&reply->body);
}

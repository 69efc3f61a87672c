/* http-setup.c: how a request is told to libcurl.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "fault.h"
#include "http-setup.h"

/* PATH, a file or a directory, as the one option or the other; NULL: as it
 * is. */
static bool
set_trust(CURL *curl, const char *path, CURLoption file, CURLoption directory)
{
	struct stat st;

	if (path == NULL)
		return true;
	if (stat(path, &st) != 0)
		return fault_errno(path);
	curl_easy_setopt(curl, file, S_ISDIR(st.st_mode) ? NULL : path);
	curl_easy_setopt(curl, directory, S_ISDIR(st.st_mode) ? path : NULL);
	return true;
}

static void
set_identity(CURL *curl, const struct http_request *request)
{
	if (request->user != NULL) {
		curl_easy_setopt(curl, CURLOPT_HTTPAUTH,
		    request->digest ? CURLAUTH_DIGEST : CURLAUTH_BASIC);
		curl_easy_setopt(curl, CURLOPT_USERNAME, request->user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, request->password);
	}
	if (request->token != NULL) {
		curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
		curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, request->token);
	}
	if (request->netrc != NULL) {
		curl_easy_setopt(
		    curl, CURLOPT_NETRC, (long)CURL_NETRC_REQUIRED);
		curl_easy_setopt(curl, CURLOPT_NETRC_FILE, request->netrc);
	}
	if (request->cert != NULL) {
		curl_easy_setopt(curl, CURLOPT_SSLCERT, request->cert);
		curl_easy_setopt(curl, CURLOPT_SSLKEY, request->key.name);
		curl_easy_setopt(
		    curl, CURLOPT_KEYPASSWD, request->key.passphrase);
	}
}

static bool
set_proxy(CURL *curl, const struct http_request *request)
{
	if (request->proxy != NULL) {
		curl_easy_setopt(curl, CURLOPT_PROXY, request->proxy);
		/* what is asked for by name is not up to the environment */
		curl_easy_setopt(curl, CURLOPT_NOPROXY, "");
	}
	if (request->proxy_user != NULL) {
		curl_easy_setopt(
		    curl, CURLOPT_PROXYUSERNAME, request->proxy_user);
		curl_easy_setopt(
		    curl, CURLOPT_PROXYPASSWORD, request->proxy_password);
	}
	return set_trust(curl, request->proxy_ca, CURLOPT_PROXY_CAINFO,
	    CURLOPT_PROXY_CAPATH);
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

const char *
http_method(const struct http_request *request)
{
	if (request->method != NULL)
		return request->method;
	return request->body != NULL ? "POST" : "GET";
}

/* Does its method send a body, if an empty one? */
static bool
sends(const struct http_request *request)
{
	const char *method = http_method(request);

	return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0;
}

bool
http_make_headers(
    const struct http_request *request, struct curl_slist **headers)
{
	/* "Expect:" without a value takes out libcurl's 100-continue, which
	 * EST servers of the field do not know */
	*headers = curl_slist_append(NULL, "Expect:");
	if (*headers == NULL)
		return fault_memory();
	/* without a value: not that of a form, which libcurl would set */
	if (request->body == NULL && !add_header(headers, "Content-Type", ""))
		return false;
	/* a form says itself what it is */
	if (request->body != NULL && request->field == NULL &&
	    (!add_header(headers, "Content-Type", request->type) ||
		!add_header(
		    headers, "Content-Transfer-Encoding", request->encoding)))
		return false;
	return add_header(headers, "Accept", request->accept) &&
	       add_header(headers, "X-Ssl-Cert-Chain", request->chain);
}

bool
http_set_session(CURL *curl, const struct http_request *request)
{
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* when time is over, who looks the name up is not waited for: a name
	 * server that is silent takes longer than we have */
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
#endif
	curl_easy_setopt(
	    curl, CURLOPT_CONNECTTIMEOUT, (long)request->connect_timeout);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(
	    curl, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
	/* older ones are not to be used (RFC 8996) */
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	if (request->bind) {
		/* TLS 1.3 has no tls-unique (RFC 8446, C.5), and that of a
		 * resumed session is another's */
		curl_easy_setopt(curl, CURLOPT_SSLVERSION,
		    CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2);
		curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	}
	set_identity(curl, request);
	return set_trust(curl, request->ca, CURLOPT_CAINFO, CURLOPT_CAPATH) &&
	       set_proxy(curl, request);
}

bool
http_make_form(CURL *curl, const struct http_request *request, curl_mime **form)
{
	curl_mimepart *part;

	*form = NULL;
	if (request->field == NULL)
		return true;
	*form = curl_mime_init(curl);
	if (*form == NULL || (part = curl_mime_addpart(*form)) == NULL ||
	    curl_mime_name(part, request->field) != CURLE_OK ||
	    curl_mime_filename(part, request->filename) != CURLE_OK ||
	    curl_mime_type(part, request->type) != CURLE_OK ||
	    curl_mime_data(part, buf_text(request->body), request->body->len) !=
		CURLE_OK)
		return fault_memory();
	return true;
}

void
http_set_request(CURL *curl, const struct http_request *request,
    const char *url, struct curl_slist *headers, curl_mime *form)
{
	const struct buf *body = request->body;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	if (!sends(request)) {
		curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
	} else if (form != NULL) {
		curl_easy_setopt(curl, CURLOPT_MIMEPOST, form);
	} else {
		curl_easy_setopt(curl, CURLOPT_POST, 1L);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)(body != NULL ? body->len : 0));
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
		    body != NULL ? buf_text(body) : "");
	}
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
}

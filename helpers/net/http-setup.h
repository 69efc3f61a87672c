/* http-setup.h: how a request is told to libcurl; for http.c alone.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_HTTP_SETUP_H
#define CERTCYCLE_HTTP_SETUP_H

#include <curl/curl.h>

#include "http.h"

/* What no exchange of a session changes: trust, credentials, proxy, versions.
 * REQUEST must outlive CURL. EXIT_DATA: trust anchors that are not there. */
bool http_set_session(CURL *curl, const struct http_request *request);

/* The method of REQUEST. */
const char *http_method(const struct http_request *request);

/* The header of REQUEST, for http_set_request; to be freed by
 * curl_slist_free_all, after a failure too. */
bool http_make_headers(
    const struct http_request *request, struct curl_slist **headers);

/* The form that REQUEST sends, NULL where its body is none; to be freed by
 * curl_mime_free. */
bool http_make_form(
    CURL *curl, const struct http_request *request, curl_mime **form);

/* What one exchange with URL sends. HEADERS and FORM are as made above. */
void http_set_request(CURL *curl, const struct http_request *request,
    const char *url, struct curl_slist *headers, curl_mime *form);

#endif

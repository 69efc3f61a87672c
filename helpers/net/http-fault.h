/* http-fault.h: why an exchange failed; for http.c alone.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_HTTP_FAULT_H
#define CERTCYCLE_HTTP_FAULT_H

#include <curl/curl.h>

#include "http.h"

/* CURL's transfer with URL, opened WITH these, ended with RC, which is not
 * CURLE_OK; WORDS is its error buffer. Records the fault that says so in the
 * codes of http_send; always returns false. */
bool http_fault(CURL *curl, const struct http_request *with, const char *url,
    CURLcode rc, const char *words);

#endif

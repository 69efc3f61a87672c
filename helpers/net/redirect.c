/* redirect.c: where a redirect may lead.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>
#include <curl/curl.h>

#include "exit.h"
#include "fault.h"
#include "http.h"
#include "redirect.h"

bool
redirect_is(long status, bool with_body)
{
	return status == 301 || status == 302 || status == 307 ||
	       status == 308 || (status == 303 && !with_body);
}

bool
redirect_plain(const char *url, struct buf *out)
{
	CURLU *parts = curl_url();
	char *plain = NULL;
	bool ok = true;

	if (parts != NULL &&
	    curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_set(parts, CURLUPART_USER, NULL, 0) == CURLUE_OK &&
	    curl_url_set(parts, CURLUPART_PASSWORD, NULL, 0) == CURLUE_OK &&
	    curl_url_get(parts, CURLUPART_URL, &plain, 0) == CURLUE_OK)
		ok = buf_add(out, plain, strlen(plain));
	curl_free(plain);
	curl_url_cleanup(parts);
	return ok;
}

/* Do both have the same PART? A port that is not said is that of the scheme. */
static bool
same_part(CURLU *one, CURLU *two, CURLUPart part)
{
	char *a = NULL;
	char *b = NULL;
	bool same;

	same = curl_url_get(one, part, &a, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	       curl_url_get(two, part, &b, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	       strcasecmp(a, b) == 0;
	curl_free(a);
	curl_free(b);
	return same;
}

bool
redirect_check(const char *from, const char *to, bool *same)
{
	CURLU *one = curl_url();
	CURLU *two = curl_url();
	bool ok = false;

	*same = false;
	if (!http_is_url(to))
		fault(EXIT_UNTRUSTED, "%s: redirects to %s, which is not https",
		    from, to);
	else if (one == NULL || two == NULL ||
		 curl_url_set(one, CURLUPART_URL, from, 0) != CURLUE_OK ||
		 curl_url_set(two, CURLUPART_URL, to, 0) != CURLUE_OK)
		fault(EXIT_UNTRUSTED, "%s: redirects to %s, which is no URL",
		    from, to);
	else
		ok = true;
	if (ok)
		*same = same_part(one, two, CURLUPART_SCHEME) &&
			same_part(one, two, CURLUPART_HOST) &&
			same_part(one, two, CURLUPART_PORT);
	curl_url_cleanup(one);
	curl_url_cleanup(two);
	return ok;
}

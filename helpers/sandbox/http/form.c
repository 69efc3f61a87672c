/* form.c: the fields of a form (RFC 7578), as a browser uploads a file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "sandbox/http/fields.h"
#include "sandbox/http/form.h"

#define MEDIA "multipart/form-data"

bool
form_is(const struct exchange *x)
{
	const char *media = exchange_header(x, "Content-Type");

	return media != NULL &&
	       strncasecmp(media, MEDIA, sizeof MEDIA - 1) == 0;
}

bool
form_text(struct exchange *x, const char *name, bool *found, struct buf *out)
{
	*found = false;
	return !form_is(x) ||
	       fields_find(exchange_header(x, "Content-Type"),
		   x->request->binary_body, x->request->binary_body_length,
		   name, found, out);
}

bool
form_file(struct exchange *x, const char *name, struct buf *out)
{
	bool found;

	if (!form_text(x, name, &found, out))
		return false;
	return found || exchange_refuse(x, 400, "general/badRequest",
			    "The body is no form with the file that is asked "
			    "for");
}

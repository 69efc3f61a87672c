/* fields.c: the fields in the body of a form (RFC 7578).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "fault.h"
#include "sandbox/http/fields.h"

/* What is left of the body, and what stands between its parts. */
struct form {
	const char *at;
	size_t left;
	struct buf boundary; /* with the line end and the "--" before it */
};

/* The value of the parameter NAME in LEN bytes of HEADER, quoted or not; NULL:
 * there is none. */
static const char *
find_parameter(
    const char *header, size_t len, const char *name, size_t *value_len)
{
	size_t size = strlen(name);

	for (size_t i = 1; i + size + 1 < len; i++) {
		const char *at = header + i + size + 1;
		size_t left = len - i - size - 1;
		const char *end;

		if (strchr("; \t", header[i - 1]) == NULL ||
		    strncasecmp(header + i, name, size) != 0 || at[-1] != '=')
			continue;
		if (*at != '"') {
			*value_len = strcspn(at, "; \t\r\n");
			if (*value_len > left)
				*value_len = left;
			return at;
		}
		end = memchr(at + 1, '"', left - 1);
		*value_len = end != NULL ? (size_t)(end - at - 1) : 0;
		return end != NULL ? at + 1 : NULL;
	}
	return NULL;
}

/* Moves to what stands behind the next boundary, of which the first SKIP bytes
 * need not be there; DATA and LEN are what stood before it. */
static bool
take_part(struct form *form, size_t skip, const char **data, size_t *len)
{
	size_t size = form->boundary.len - skip;
	const char *at =
	    memmem(form->at, form->left, form->boundary.data + skip, size);

	if (at == NULL)
		return false;
	*data = form->at;
	*len = (size_t)(at - form->at);
	form->left -= *len + size;
	form->at = at + size;
	return true;
}

static bool
open_form(const char *media, struct form *form)
{
	const char *boundary;
	const char *before;
	size_t len = 0;

	boundary = find_parameter(media, strlen(media), "boundary", &len);
	if (boundary == NULL || form->left == 0)
		return false;
	/* before the first there need not be a line */
	return buf_print(&form->boundary, "\r\n--%.*s", (int)len, boundary) &&
	       take_part(form, 2, &before, &len);
}

/* Is PART, LEN bytes, the field NAME? DATA is then its content. */
static bool
is_field(const char *part, size_t len, const char *name, const char **data,
    size_t *data_len)
{
	const char *end = memmem(part, len, "\r\n\r\n", 4);
	const char *value;
	size_t value_len = 0;

	if (end == NULL)
		return false;
	value = find_parameter(part, (size_t)(end - part), "name", &value_len);
	if (value == NULL || value_len != strlen(name) ||
	    memcmp(value, name, value_len) != 0)
		return false;
	*data = end + 4;
	*data_len = len - (size_t)(*data - part);
	return true;
}

bool
fields_find(const char *media, const void *body, size_t size, const char *name,
    bool *found, struct buf *out)
{
	struct form form = { .at = body, .left = size };
	const char *part;
	const char *data;
	size_t len;
	bool ok = true;

	*found = false;
	if (open_form(media, &form)) {
		while (ok && !*found && form.left >= 2 &&
		       memcmp(form.at, "--", 2) != 0 &&
		       take_part(&form, 0, &part, &len)) {
			*found = is_field(part, len, name, &data, &len);
			ok = !*found || buf_add(out, data, len);
		}
	}
	buf_free(&form.boundary);
	return ok || fault_memory();
}

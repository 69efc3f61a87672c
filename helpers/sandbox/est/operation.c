/* operation.c: a plain EST server (RFC 7030): what is asked of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "sandbox/est/attributes.h"
#include "sandbox/est/enrol.h"
#include "sandbox/est/operation.h"
#include "sandbox/est/plain.h"

static bool answer_cacerts(struct exchange *x);

static const struct operation {
	const char *name;
	bool asks; /* by GET, and HEAD; the others by POST */
	bool (*run)(struct exchange *x);
} operations[] = {
	{ "cacerts", true, answer_cacerts },
	{ "csrattrs", true, attributes_answer },
	{ "simpleenroll", false, enrol_first },
	{ "simplereenroll", false, enrol_next },
	{ "serverkeygen", false, enrol_made },
};

static bool
answer_cacerts(struct exchange *x)
{
	struct buf der = { 0 };
	bool ok;

	if (!plain_check_authority(x))
		return false;
	ok = plain_pack(&x->tenant->issuer.ca, &der) &&
	     plain_answer(x, PLAIN_CERTS, der.data, der.len);
	buf_free(&der);
	return ok;
}

static const struct operation *
find(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
		if (strlen(operations[i].name) == len &&
		    strncmp(operations[i].name, name, len) == 0)
			return &operations[i];
	return NULL;
}

/* NULL: there is none on this path. */
static const struct operation *
find_path(const char *path)
{
	static const char root[] = "/.well-known/est/";
	const char *end;
	size_t label;

	if (strncmp(path, root, sizeof root - 1) != 0)
		return NULL;
	path += sizeof root - 1;
	end = path + strcspn(path, "?");
	label = strcspn(path, "/?");
	if (path[label] != '/')
		return find(path, label);
	/* a label is no operation (RFC 7030, 3.2.2), and there is but one */
	if (label == 0 || find(path, label) != NULL)
		return NULL;
	path += label + 1;
	return find(path, (size_t)(end - path));
}

bool
operation_any(struct exchange *x)
{
	const struct operation *operation = find_path(x->request->http_url);
	const char *method = x->request->http_verb;
	bool asks = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;

	if (operation == NULL)
		return plain_refuse(x, 404, "There is nothing on this path.");
	if (operation->asks ? asks : strcmp(method, "POST") == 0)
		return operation->run(x);
	return exchange_add_header(
		   x, "Allow", operation->asks ? "GET, HEAD" : "POST") &&
	       plain_refuse(
		   x, 405, "%s is not for %s.", method, operation->name);
}

/* body.c: a JSON object that a command line describes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "body.h"
#include "core.h"
#include "exit.h"
#include "fault.h"
#include "file.h"

struct body_member {
	enum body_kind kind;
	const char *spec;
};

bool
body_add(struct body *body, enum body_kind kind, const char *spec)
{
	struct body_member *more;

	if (spec[0] == '=' || strchr(spec, '=') == NULL)
		return fault(EXIT_USAGE, "%s: not KEY=VALUE", spec);
	more = reallocarray(body->members, body->count + 1, sizeof *more);
	if (more == NULL)
		return fault_memory();
	more[body->count++] = (struct body_member){ kind, spec };
	body->members = more;
	return true;
}

static const char *
value_of(const struct body_member *member)
{
	return strchr(member->spec, '=') + 1;
}

int
body_inputs(const struct body *body)
{
	int count = 0;

	for (size_t i = 0; i < body->count; i++)
		count += body->members[i].kind == BODY_FILE &&
			 strcmp(value_of(&body->members[i]), "-") == 0;
	return count;
}

/* What is in the file PATH, as a JSON string; NULL: a fault. */
static json_t *
read_text(const char *path)
{
	struct buf text = { 0 };
	json_t *value = NULL;

	core_forbid();
	if (!file_read(path, &text))
		return NULL;
	if (text.data[text.len - 1] == '\n')
		text.len--;
	if (text.len > 0 && text.data[text.len - 1] == '\r')
		text.len--;
	value = json_stringn((const char *)text.data, text.len);
	if (value == NULL)
		fault(EXIT_DATA, "%s: not text in UTF-8", file_name(path));
	buf_free(&text);
	return value;
}

static json_t *
make_value(const struct body_member *member)
{
	const char *text = value_of(member);
	json_t *value;

	if (member->kind == BODY_FILE)
		return read_text(text);
	value = member->kind == BODY_TEXT
		    ? json_string(text)
		    : json_loads(text, JSON_DECODE_ANY, NULL);
	if (value == NULL)
		fault(EXIT_USAGE, "%s: %s", member->spec,
		    member->kind == BODY_TEXT ? "not UTF-8" : "not JSON");
	return value;
}

static bool
put_member(json_t *object, const struct body_member *member)
{
	size_t len = strcspn(member->spec, "=");
	char *key = strndup(member->spec, len);
	json_t *value;
	bool ok = false;

	if (key == NULL)
		return fault_memory();
	if (json_object_get(object, key) != NULL)
		fault(EXIT_USAGE, "%s: is there twice", key);
	else if ((value = make_value(member)) != NULL)
		ok = json_object_set_new(object, key, value) == 0 ||
		     fault(EXIT_USAGE, "%s: not UTF-8", member->spec);
	free(key);
	return ok;
}

bool
body_print(const struct body *body, struct buf *out)
{
	json_t *object = json_object();
	char *text = NULL;
	bool ok = object != NULL || fault_memory();

	for (size_t i = 0; ok && i < body->count; i++)
		ok = put_member(object, &body->members[i]);
	if (ok) {
		text = json_dumps(object, JSON_COMPACT);
		ok = text != NULL ? buf_add(out, text, strlen(text))
				  : fault_memory();
	}
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
	json_decref(object);
	return ok;
}

void
body_free(struct body *body)
{
	free(body->members);
	*body = (struct body){ 0 };
}

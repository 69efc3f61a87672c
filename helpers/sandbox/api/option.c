/* option.c: the REST calls around the tenant's options.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "fault.h"
#include "sandbox/api/audit.h"
#include "sandbox/api/option.h"
#include "sandbox/http/login.h"
#include "sandbox/http/page.h"
#include "sandbox/state/option.h"
#include "sandbox/state/settings.h"
#include "sandbox/state/token.h"

#define PATH "/tenant/options"
#define MEDIA_ONE "application/vnd.com.nsn.cumulocity.option+json"
#define MEDIA_ALL "application/vnd.com.nsn.cumulocity.optioncollection+json"

/* What the platform says of itself. */
static const struct option platform[] = {
	{ "system", "version", "1020.0.0" },
};

enum { PLATFORM = sizeof platform / sizeof platform[0] };

static const char *
part(const struct exchange *x, const char *name)
{
	const char *text = u_map_get(x->request->map_url, name);

	return text != NULL ? text : "";
}

static json_t *
describe(const struct option *option, const char *path)
{
	return json_pack("{s:o, s:s, s:s, s:s}", "self",
	    json_sprintf("%s/%s/%s", path, option->category, option->key),
	    "category", option->category, "key", option->key, "value",
	    option->value);
}

/* What of a list becomes the page. */
struct slice {
	json_t *into;
	int64_t from;
	int64_t to;
	int64_t at;
};

static bool
collect(const struct option *option, void *data)
{
	struct slice *slice = data;
	int64_t at = slice->at++;

	return at < slice->from || at >= slice->to ||
	       json_array_append_new(slice->into, describe(option, PATH)) ==
		   0 ||
	       fault_memory();
}

bool
option_list(struct exchange *x)
{
	struct page page = {
		.path = PATH, .member = "options", .media = MEDIA_ALL
	};
	struct slice slice = { .at = 0 };

	if (!login_require(x, LOGIN_OPTIONS_READ) || !page_read(x, &page))
		return false;
	slice.from = page_skip(&page);
	slice.to = slice.from + page.size;
	slice.into = json_array();
	if (slice.into == NULL ||
	    !option_each(&x->tenant->store, NULL, collect, &slice)) {
		json_decref(slice.into);
		return false;
	}
	page.total = slice.at;
	return page_answer(x, &page, slice.into);
}

static bool
missing(struct exchange *x)
{
	return exchange_missing(x, "Unable to find option by given key");
}

/* The sandbox's own settings are no options of a tenant. */
static bool
check_category(struct exchange *x, const char *category)
{
	return strcmp(category, SETTINGS_CATEGORY) != 0 || missing(x);
}

/* A life of tokens must be one that the tenant grants. */
static bool
check_value(struct exchange *x, const struct option *option)
{
	char *end;
	long long life;

	if (strcmp(option->category, TOKEN_LIFE_CATEGORY) != 0 ||
	    strcmp(option->key, TOKEN_LIFE_KEY) != 0)
		return true;
	life = strtoll(option->value, &end, 10);
	return (*end == '\0' && life >= TOKEN_LIFE_LEAST &&
		   life <= TOKEN_LIFE_MOST) ||
	       exchange_invalid(
		   x, TOKEN_LIFE_KEY " must be a number from 300 up");
}

/* The value is no part of the record: it may be a secret. */
static bool
put(struct exchange *x, const struct option *option)
{
	return check_category(x, option->category) && check_value(x, option) &&
	       option_put(&x->tenant->store, option->category, option->key,
		   option->value) &&
	       audit_write(x, "Option", "Option updated", NULL,
		   "Option '%s / %s' updated", option->category, option->key);
}

bool
option_add(struct exchange *x)
{
	struct option option;
	json_t *body;
	bool ok;

	if (!login_require(x, LOGIN_OPTIONS_ADMIN) ||
	    (body = exchange_object(x)) == NULL)
		return false;
	option = (struct option){
		.category =
		    json_string_value(json_object_get(body, "category")),
		.key = json_string_value(json_object_get(body, "key")),
		.value = json_string_value(json_object_get(body, "value")),
	};
	if (option.category == NULL || *option.category == '\0' ||
	    option.key == NULL || *option.key == '\0' || option.value == NULL)
		ok = exchange_invalid(
		    x, "category, key and value must be texts");
	else
		ok = put(x, &option) && exchange_answer_json(x, 200, MEDIA_ONE,
					    describe(&option, PATH));
	json_decref(body);
	return ok;
}

/* What option_each calls: a member of the object DATA. */
static bool
add_member(const struct option *option, void *data)
{
	return json_object_set_new(
		   data, option->key, json_string(option->value)) == 0 ||
	       fault_memory();
}

static bool
answer_category(struct exchange *x, const char *category)
{
	json_t *all = json_object();

	if (all == NULL ||
	    !option_each(&x->tenant->store, category, add_member, all)) {
		json_decref(all);
		return false;
	}
	return exchange_answer_json(x, 200, MEDIA_ONE, all);
}

bool
option_show_category(struct exchange *x)
{
	const char *category = part(x, "category");

	return login_require(x, LOGIN_OPTIONS_READ) &&
	       check_category(x, category) && answer_category(x, category);
}

bool
option_change_category(struct exchange *x)
{
	struct option option = { .category = part(x, "category") };
	json_t *value;
	json_t *body;
	bool ok;

	if (!login_require(x, LOGIN_OPTIONS_ADMIN) ||
	    (body = exchange_object(x)) == NULL)
		return false;
	ok = check_category(x, option.category) &&
	     store_begin(&x->tenant->store);
	if (ok) {
		json_object_foreach(body, option.key, value)
		{
			option.value = json_string_value(value);
			ok = ok && (option.value != NULL
					   ? put(x, &option)
					   : exchange_invalid(x,
						 "The values must be texts"));
		}
		ok = store_end(&x->tenant->store, ok) &&
		     answer_category(x, option.category);
	}
	json_decref(body);
	return ok;
}

/* The value of the option in the path, added to VALUE; it is refused where there
 * is none. */
static bool
find(struct exchange *x, struct buf *value)
{
	const char *category = part(x, "category");
	bool found;

	return check_category(x, category) &&
	       option_get(&x->tenant->store, category, part(x, "key"), &found,
		   value) &&
	       (found || missing(x));
}

bool
option_show(struct exchange *x)
{
	struct option option = { .category = part(x, "category"),
		.key = part(x, "key") };
	struct buf value = { 0 };
	bool ok = login_require(x, LOGIN_OPTIONS_READ) && find(x, &value);

	option.value = buf_text(&value);
	ok = ok &&
	     exchange_answer_json(x, 200, MEDIA_ONE, describe(&option, PATH));
	buf_free(&value);
	return ok;
}

bool
option_change(struct exchange *x)
{
	struct option option = { .category = part(x, "category"),
		.key = part(x, "key") };
	json_t *body;
	bool ok;

	if (!login_require(x, LOGIN_OPTIONS_ADMIN) ||
	    (body = exchange_object(x)) == NULL)
		return false;
	option.value = json_string_value(json_object_get(body, "value"));
	ok = (option.value != NULL ||
		 exchange_invalid(x, "value must be a text")) &&
	     put(x, &option) &&
	     exchange_answer_json(x, 200, MEDIA_ONE, describe(&option, PATH));
	json_decref(body);
	return ok;
}

bool
option_remove(struct exchange *x)
{
	const char *category = part(x, "category");
	const char *key = part(x, "key");
	struct buf value = { 0 };
	bool ok;

	ok = login_require(x, LOGIN_OPTIONS_ADMIN) && find(x, &value) &&
	     option_put(&x->tenant->store, category, key, NULL) &&
	     audit_write(x, "Option", "Option removed", NULL,
		 "Option '%s / %s' removed", category, key) &&
	     exchange_answer(x, 204, NULL, NULL, 0);
	buf_free(&value);
	return ok;
}

bool
option_list_system(struct exchange *x)
{
	json_t *all = json_array();

	if (!login_require(x, LOGIN_ANY)) {
		json_decref(all);
		return false;
	}
	for (int i = 0; i < PLATFORM; i++)
		json_array_append_new(
		    all, describe(&platform[i], "/tenant/system/options"));
	return exchange_answer_json(
	    x, 200, MEDIA_ALL, json_pack("{s:o}", "options", all));
}

bool
option_show_system(struct exchange *x)
{
	if (!login_require(x, LOGIN_ANY))
		return false;
	for (int i = 0; i < PLATFORM; i++)
		if (strcmp(platform[i].category, part(x, "category")) == 0 &&
		    strcmp(platform[i].key, part(x, "key")) == 0)
			return exchange_answer_json(x, 200, MEDIA_ONE,
			    describe(&platform[i], "/tenant/system/options"));
	return missing(x);
}

/* control.c: the sandbox's own side, for its web page: log, faults, settings.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "exit.h"
#include "fault.h"
#include "sandbox/api/control.h"
#include "sandbox/http/login.h"
#include "sandbox/state/faults.h"
#include "sandbox/state/log.h"
#include "sandbox/state/settings.h"
#include "text.h"

enum { LOG_MOST = 500, COUNT_MOST = 1000000 };

/* What came from outside may be no UTF-8, and JSON is. */
static json_t *
outside(const char *text)
{
	struct buf clean = { 0 };
	json_t *made = NULL;

	if (text_escape(text, strlen(text), &clean))
		made = json_string(buf_text(&clean));
	buf_free(&clean);
	return made;
}

/* What log_each calls. */
static bool
collect_entry(const struct log_entry *entry, void *data)
{
	json_t *made =
	    json_pack("{s:I, s:I, s:s, s:o, s:o, s:o, s:I, s:I, s:o}", "id",
		(json_int_t)entry->id, "at", (json_int_t)entry->at, "port",
		entry->port, "method", outside(entry->method), "path",
		outside(entry->path), "device", outside(entry->device),
		"status", (json_int_t)entry->status, "took",
		(json_int_t)entry->took, "note", outside(entry->note));

	return json_array_append_new(data, made) == 0 || fault_memory();
}

bool
control_log(struct exchange *x)
{
	const char *after = u_map_get(x->request->map_url, "after");
	const char *device = u_map_get(x->request->map_url, "device");
	json_t *all;

	x->quiet = true;
	if (!login_require(x, LOGIN_DEVICES_READ))
		return false;
	if (device != NULL && *device == '\0')
		device = NULL;
	all = json_array();
	if (all == NULL || !log_each(&x->tenant->store,
			       after != NULL ? strtoll(after, NULL, 10) : 0,
			       LOG_MOST, device, collect_entry, all)) {
		json_decref(all);
		return false;
	}
	return exchange_answer_json(
	    x, 200, "application/json", json_pack("{s:o}", "log", all));
}

/* Appends the words of TEXT, which have one of SEPARATORS between. */
static bool
split(json_t *array, const char *text, const char *separators)
{
	size_t len;

	for (const char *at = text; *at != '\0'; at += len) {
		at += strspn(at, separators);
		len = strcspn(at, separators);
		if (len > 0 &&
		    json_array_append_new(array, json_stringn(at, len)) != 0)
			return fault_memory();
	}
	return true;
}

/* What faults_each calls. */
static bool
collect_fault(const struct fault_set *set, void *data)
{
	const struct fault_row *row = faults_row(set->kind);

	return json_array_append_new(
		   data, json_pack("{s:s, s:s, s:I, s:b, s:I}", "kind",
			     row->name, "device", set->device, "remaining",
			     (json_int_t)set->remaining, "lasts",
			     row->scope == FAULT_AT_BROKER, "seconds",
			     (json_int_t)set->seconds)) == 0 ||
	       fault_memory();
}

static json_t *
list_kinds(void)
{
	json_t *kinds = json_array();

	for (int kind = FAULT_NONE + 1; kind < FAULT_KINDS; kind++) {
		const struct fault_row *row = faults_row((enum fault_kind)kind);

		json_array_append_new(kinds,
		    json_pack("{s:s, s:s, s:b, s:I, s:s}", "kind", row->name,
			"scope", faults_scope_name(row->scope), "lasts",
			row->scope == FAULT_AT_BROKER, "seconds",
			(json_int_t)row->seconds, "about", row->words));
	}
	return kinds;
}

static bool
answer_faults(struct exchange *x)
{
	json_t *set = json_array();
	bool ok;

	ok = set != NULL &&
	     faults_each(&x->tenant->store, collect_fault, set) &&
	     exchange_answer_json(x, 200, "application/json",
		 json_pack("{s:o, s:O}", "kinds", list_kinds(), "faults", set));
	json_decref(set);
	return ok;
}

bool
control_faults(struct exchange *x)
{
	x->quiet = true;
	return login_require(x, LOGIN_DEVICES_READ) && answer_faults(x);
}

/* A number from 0 to COUNT_MOST in BODY, which may lack it if it has a value. */
static bool
take_count(
    struct exchange *x, const json_t *body, const char *name, int64_t *value)
{
	const json_t *count = json_object_get(body, name);

	if (count == NULL && *value != 0)
		return true;
	*value = json_integer_value(count);
	return (json_is_integer(count) && *value >= 0 &&
		   *value <= COUNT_MOST) ||
	       exchange_invalid(
		   x, "count and seconds are numbers from 0 to 1000000");
}

/* What faults_set and text_check_id say no to is told to who asks. */
static bool
tell(struct exchange *x)
{
	return (fault_code() == EXIT_USAGE || fault_code() == EXIT_DATA) &&
	       exchange_invalid(x, fault_text());
}

static bool
set_fault(struct exchange *x, const json_t *body)
{
	const char *kind = json_string_value(json_object_get(body, "kind"));
	const char *device = json_string_value(json_object_get(body, "device"));
	struct fault_wish wish = { .device = device != NULL ? device : "",
		.seconds = -1 };

	wish.kind = kind != NULL ? faults_find(kind) : FAULT_NONE;
	if (wish.kind == FAULT_NONE)
		return exchange_invalid(x, "There is no fault of this kind");
	if (!take_count(x, body, "count", &wish.count) ||
	    !take_count(x, body, "seconds", &wish.seconds))
		return false;
	if ((wish.device[0] != '\0' && !text_check_id(wish.device)) ||
	    !faults_set(&x->tenant->store, &wish))
		return tell(x);
	return answer_faults(x);
}

bool
control_set_fault(struct exchange *x)
{
	json_t *body;
	bool ok;

	x->quiet = true;
	if (!login_require(x, LOGIN_MANAGEMENT))
		return false;
	body = exchange_object(x);
	ok = body != NULL && set_fault(x, body);
	json_decref(body);
	return ok;
}

bool
control_clear_faults(struct exchange *x)
{
	x->quiet = true;
	return login_require(x, LOGIN_MANAGEMENT) &&
	       faults_clear(&x->tenant->store, NULL) && answer_faults(x);
}

/* What settings_each calls. */
static bool
collect_setting(const char *name, const char *value, const char *values,
    const char *about, void *data)
{
	json_t *choices = json_array();
	json_t *made;

	if (!split(choices, values, "|")) {
		json_decref(choices);
		return false;
	}
	made = json_pack("{s:s, s:s, s:o, s:s}", "name", name, "value", value,
	    "values", choices, "about", about);
	return json_array_append_new(data, made) == 0 || fault_memory();
}

static bool
answer_settings(struct exchange *x)
{
	json_t *all = json_array();
	bool ok;

	ok = all != NULL &&
	     settings_each(&x->tenant->store, collect_setting, all) &&
	     exchange_answer_json(x, 200, "application/json",
		 json_pack("{s:O}", "settings", all));
	json_decref(all);
	return ok;
}

bool
control_settings(struct exchange *x)
{
	x->quiet = true;
	return login_require(x, LOGIN_DEVICES_READ) && answer_settings(x);
}

static bool
set(struct exchange *x, const json_t *body)
{
	const char *name = json_string_value(json_object_get(body, "name"));
	const char *value = json_string_value(json_object_get(body, "value"));
	struct buf assignment = { 0 };
	bool ok;

	if (name == NULL || value == NULL)
		return exchange_invalid(x, "name and value must be texts");
	ok = buf_print(&assignment, "%s=%s", name, value) &&
	     (settings_put(&x->tenant->store, buf_text(&assignment)) ||
		 (fault_code() == EXIT_USAGE &&
		     exchange_invalid(x, fault_text()))) &&
	     answer_settings(x);
	buf_free(&assignment);
	return ok;
}

bool
control_set(struct exchange *x)
{
	json_t *body;
	bool ok;

	x->quiet = true;
	if (!login_require(x, LOGIN_MANAGEMENT))
		return false;
	body = exchange_object(x);
	ok = body != NULL && set(x, body);
	json_decref(body);
	return ok;
}

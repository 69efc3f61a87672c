/* bulk.c: many devices at once.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <jansson.h>

#include "csv.h"
#include "exit.h"
#include "fault.h"
#include "sandbox/api/bulk.h"
#include "sandbox/http/form.h"
#include "sandbox/http/login.h"
#include "sandbox/state/audit.h"
#include "sandbox/state/device.h"
#include "sandbox/state/registration.h"
#include "text.h"

#define MEDIA "application/vnd.com.nsn.cumulocity.bulknewdevicerequest+json"

/* The columns that mean something; each other one is a fragment of the managed
 * object. */
enum column {
	ID,
	AUTH_TYPE,
	CREDENTIALS,
	ENROLLMENT_OTP,
	NAME,
	TYPE,
	IDTYPE,
	ICCID,
	TENANT, /* for the management tenant alone */
	PATH, /* of groups, which are not kept here */
	SHELL,
	COLUMNS
};

static const char *const names[COLUMNS] = {
	[ID] = "ID",
	[AUTH_TYPE] = "AUTH_TYPE",
	[CREDENTIALS] = "CREDENTIALS",
	[ENROLLMENT_OTP] = "ENROLLMENT_OTP",
	[NAME] = "NAME",
	[TYPE] = "TYPE",
	[IDTYPE] = "IDTYPE",
	[ICCID] = "ICCID",
	[TENANT] = "TENANT",
	[PATH] = "PATH",
	[SHELL] = "SHELL",
};

/* The list, and what became of its lines. */
struct bulk {
	struct store *store;
	struct csv csv;
	json_t *titles; /* of all columns, texts */
	size_t at[COLUMNS]; /* COUNT of titles: there is no such column */
	json_t *updated;
	json_t *failed;
	json_int_t created;
};

/* The first line: which column is where. */
static bool
read_titles(struct bulk *bulk)
{
	bool found;

	if (!csv_next(&bulk->csv, &found))
		return false;
	for (int i = 0; i < COLUMNS; i++)
		bulk->at[i] = bulk->csv.count;
	for (size_t at = 0; at < bulk->csv.count; at++) {
		const char *title = csv_field(&bulk->csv, at);

		if (json_array_append_new(bulk->titles, json_string(title)) !=
		    0)
			return fault(EXIT_DATA, "line 1: not UTF-8");
		for (int i = 0; i < COLUMNS; i++)
			if (strcasecmp(title, names[i]) == 0)
				bulk->at[i] = at;
	}
	if (bulk->at[ID] == bulk->csv.count ||
	    (bulk->at[CREDENTIALS] == bulk->csv.count &&
		bulk->at[AUTH_TYPE] == bulk->csv.count))
		return fault(EXIT_DATA, "the first line must name the columns, "
					"ID and AUTH_TYPE or CREDENTIALS");
	return true;
}

/* The line's value in COLUMN; NULL where it has none. */
static const char *
value(const struct bulk *bulk, enum column column)
{
	const char *text = bulk->at[column] < json_array_size(bulk->titles)
			       ? csv_field(&bulk->csv, bulk->at[column])
			       : "";

	return *text != '\0' ? text : NULL;
}

static bool
check_fields(const struct bulk *bulk)
{
	const struct csv *csv = &bulk->csv;
	size_t wanted = json_array_size(bulk->titles);

	if (csv->count != wanted)
		return fault(
		    EXIT_DATA, "has %zu columns, not %zu", csv->count, wanted);
	for (size_t i = 0; i < csv->count; i++) {
		const char *text = csv_field(csv, i);

		if (!text_is_clean(text, strlen(text)))
			return fault(
			    EXIT_DATA, "column %zu is not text", i + 1);
	}
	return true;
}

/* Takes what the line says of who the device is and how it logs in. EXIT_DATA:
 * it cannot be so. */
static bool
take_device(const struct bulk *bulk, struct newcomer *device)
{
	const char *type = value(bulk, AUTH_TYPE);
	bool certificates =
	    type != NULL && strcasecmp(type, "CERTIFICATES") == 0;

	*device = (struct newcomer){ .id = value(bulk, ID),
		.otp = value(bulk, ENROLLMENT_OTP),
		.password = value(bulk, CREDENTIALS),
		.type = value(bulk, TYPE),
		.name = value(bulk, NAME),
		.id_type = value(bulk, IDTYPE) };
	if (!check_fields(bulk))
		return false;
	if (device->id == NULL)
		return fault(EXIT_DATA, "ID is missing");
	if (!text_check_id(device->id))
		return false;
	if (type != NULL && !certificates && strcasecmp(type, "BASIC") != 0)
		return fault(
		    EXIT_DATA, "AUTH_TYPE must be CERTIFICATES or BASIC");
	if (certificates && device->password != NULL)
		return fault(EXIT_DATA,
		    "CREDENTIALS must be empty with AUTH_TYPE CERTIFICATES");
	if (!certificates && device->password == NULL)
		return fault(EXIT_DATA, "CREDENTIALS is missing");
	if (!certificates)
		device->otp = NULL;
	return device->otp == NULL || device_check_password(device->otp);
}

static json_t *
make_value(const char *text)
{
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		return json_boolean(*text == 't');
	return json_string(text);
}

/* Puts TEXT into OBJECT as TITLE says, "a" or "a.b": {"a": {"b": TEXT}}. False:
 * out of memory. */
static bool
put(json_t *object, const char *title, const char *text)
{
	const char *dot = strchr(title, '.');
	struct buf outer = { 0 };
	json_t *inner;
	bool ok;

	if (dot == NULL)
		return json_object_set_new(object, title, make_value(text)) ==
		       0;
	ok = buf_add(&outer, title, (size_t)(dot - title));
	inner = json_object_get(object, buf_text(&outer));
	if (ok && !json_is_object(inner)) {
		inner = json_object();
		ok = json_object_set_new(object, buf_text(&outer), inner) == 0;
	}
	ok = ok && json_object_set_new(inner, dot + 1, make_value(text)) == 0;
	buf_free(&outer);
	return ok;
}

static bool
is_other(const struct bulk *bulk, size_t at)
{
	for (int i = 0; i < COLUMNS; i++)
		if (bulk->at[i] == at)
			return false;
	return true;
}

/* All that the line says of the managed object, for free; NULL: out of memory. */
static char *
make_fragments(const struct bulk *bulk)
{
	const char *iccid = value(bulk, ICCID);
	const char *shell = value(bulk, SHELL);
	json_t *made = json_object();
	bool ok = made != NULL;
	char *text;

	for (size_t at = 0; ok && at < bulk->csv.count; at++) {
		const char *field = csv_field(&bulk->csv, at);
		const char *title =
		    json_string_value(json_array_get(bulk->titles, at));

		if (is_other(bulk, at) && *title != '\0' && *field != '\0')
			ok = put(made, title, field);
	}
	if (ok && iccid != NULL)
		ok = put(made, "c8y_Mobile.iccid", iccid);
	if (ok && shell != NULL && strcmp(shell, "1") == 0)
		ok = json_object_set_new(made, "c8y_SupportedOperations",
			 json_pack("[s]", "c8y_Command")) == 0;
	text = ok ? json_dumps(made, JSON_COMPACT) : NULL;
	json_decref(made);
	return text;
}

/* The line is told by its number, as it may have a password in it. */
static bool
add_failed(struct bulk *bulk, const struct newcomer *device)
{
	struct buf line = { 0 };
	const char *id = device->id;
	json_t *made = NULL;

	if (id != NULL && !text_is_clean(id, strlen(id)))
		id = NULL;
	if (buf_print(&line, "DeviceInfo{line=%zu, id='%s'}", bulk->csv.line,
		id != NULL ? id : ""))
		made = json_pack("{s:s, s:s*, s:s, s:s}", "bulkNewDeviceStatus",
		    "FAILED", "deviceId", id, "failureReason", fault_text(),
		    "line", buf_text(&line));
	buf_free(&line);
	return json_array_append_new(bulk->failed, made) == 0 || fault_memory();
}

static bool
take_line(struct bulk *bulk)
{
	struct newcomer device;
	char *fragments;
	bool was;
	bool ok;

	if (!take_device(bulk, &device))
		return add_failed(bulk, &device);
	fragments = make_fragments(bulk);
	if (fragments == NULL)
		return fault_memory();
	device.fragments = fragments;
	ok = registration_create(bulk->store, &device, &was);
	free(fragments);
	if (!ok)
		return false;
	bulk->created += !was;
	return !was ||
	       json_array_append_new(bulk->updated,
		   json_pack("{s:s, s:s}", "bulkNewDeviceStatus",
		       "CREDENTIAL_UPDATED", "deviceId", device.id)) == 0 ||
	       fault_memory();
}

static bool
note(struct exchange *x, const struct bulk *bulk)
{
	struct audit record = { .type = "NewDeviceRequest",
		.activity = "Bulk device registration",
		.user = buf_text(&x->user) };
	struct buf text = { 0 };
	bool ok;

	ok = buf_print(&text, "Created: %lld, updated: %zu, failed: %zu",
	    (long long)bulk->created, json_array_size(bulk->updated),
	    json_array_size(bulk->failed));
	record.text = buf_text(&text);
	ok = ok && audit_add(bulk->store, &record);
	buf_free(&text);
	return ok;
}

/* All lines, or, where the file is no CSV, none. */
static bool
take_all(struct exchange *x, struct bulk *bulk)
{
	bool found = true;
	bool ok;

	if (!store_begin(bulk->store))
		return false;
	ok = read_titles(bulk);
	while (ok && found) {
		ok = csv_next(&bulk->csv, &found);
		if (ok && found)
			ok = take_line(bulk);
	}
	ok = ok && note(x, bulk);
	if (store_end(bulk->store, ok))
		return true;
	return fault_code() == EXIT_DATA && exchange_invalid(x, fault_text());
}

static bool
answer(struct exchange *x, const struct bulk *bulk)
{
	json_int_t failed = (json_int_t)json_array_size(bulk->failed);
	json_int_t good =
	    bulk->created + (json_int_t)json_array_size(bulk->updated);

	return exchange_answer_change(x, 201, MEDIA,
	    json_pack("{s:I, s:I, s:I, s:I, s:O, s:O}", "numberOfAll",
		good + failed, "numberOfCreated", bulk->created,
		"numberOfFailed", failed, "numberOfSuccessful", good,
		"credentialUpdatedList", bulk->updated, "failedCreationList",
		bulk->failed));
}

bool
bulk_add(struct exchange *exchange)
{
	struct bulk bulk = { .store = &exchange->tenant->store };
	struct buf file = { 0 };
	bool ok;

	if (!login_require(exchange, LOGIN_DEVICES_ADMIN))
		return false;
	bulk.titles = json_array();
	bulk.updated = json_array();
	bulk.failed = json_array();
	ok = bulk.titles != NULL && bulk.updated != NULL &&
	     bulk.failed != NULL && form_file(exchange, "file", &file);
	csv_open(&bulk.csv, file.data, file.len);
	ok = ok && take_all(exchange, &bulk) && answer(exchange, &bulk);
	json_decref(bulk.titles);
	json_decref(bulk.updated);
	json_decref(bulk.failed);
	csv_close(&bulk.csv);
	buf_free(&file);
	return ok;
}

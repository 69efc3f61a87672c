/* overview.c: the web page's view of devices and certificates.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <time.h>
#include <jansson.h>

#include "fault.h"
#include "sandbox/api/overview.h"
#include "sandbox/http/login.h"
#include "sandbox/http/page.h"
#include "sandbox/state/overview.h"
#include "sandbox/state/revoked.h"

static json_t *
describe_certificate(const struct overview_certificate *one)
{
	if (one->serial == NULL)
		return json_null();
	return json_pack("{s:s, s:o, s:o, s:o, s:b, s:b}", "serialNumber",
	    one->serial, "notBefore", exchange_time(one->not_before),
	    "notAfter", exchange_time(one->not_after), "revoked",
	    one->revoked_at != 0 ? exchange_time(one->revoked_at) : json_null(),
	    "ours", one->ours, "seen", one->seen);
}

static bool
append(json_t *array, json_t *value)
{
	return json_array_append_new(array, value) == 0 || fault_memory();
}

static bool
collect(const struct overview_device *device, void *data)
{
	return append(data,
	    json_pack("{s:I, s:s, s:s, s:s?, s:s?, s:b, s:b, s:o, s:I, s:o}",
		"number", (json_int_t)device->number, "id", device->id,
		"status", device->status, "name", device->name, "type",
		device->type, "known", device->known, "enabled",
		device->enabled, "created", exchange_time(device->created_at),
		"certificates", (json_int_t)device->certificates, "latest",
		describe_certificate(&device->latest)));
}

static bool
collect_certificate(const struct overview_certificate *one, void *data)
{
	return append(data, describe_certificate(one));
}

/* A parameter of the query, "" where there is none. */
static const char *
asked(const struct exchange *x, const char *name)
{
	const char *text = u_map_get(x->request->map_url, name);

	return text != NULL ? text : "";
}

static json_t *
make_totals(struct store *store)
{
	struct overview_totals totals;

	if (!overview_totals(store, &totals))
		return NULL;
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "devices",
	    (json_int_t)totals.devices, "waiting", (json_int_t)totals.waiting,
	    "disabled", (json_int_t)totals.disabled, "certificates",
	    (json_int_t)totals.certificates, "revoked",
	    (json_int_t)totals.revoked);
}

bool
overview_list(struct exchange *x)
{
	struct page page;
	struct overview_filter filter = { asked(x, "search"), asked(x, "state"),
		NULL };
	struct store *store = &x->tenant->store;
	json_t *all = NULL;
	bool ok;

	x->quiet = true;
	if (!login_require(x, LOGIN_DEVICES_READ) || !page_read(x, &page))
		return false;
	ok = overview_count(store, &filter, &page.total) &&
	     (all = json_array()) != NULL &&
	     overview_each(
		 store, &filter, page_skip(&page), page.size, collect, all);
	if (!ok) {
		json_decref(all);
		return false;
	}
	return exchange_answer_json(x, 200, "application/json",
	    json_pack("{s:o, s:I, s:o, s:o}", "devices", all, "total",
		(json_int_t)page.total, "totals", make_totals(store), "now",
		exchange_time(time(NULL))));
}

bool
overview_show(struct exchange *x)
{
	struct overview_filter filter = { "", "", asked(x, "id") };
	struct store *store = &x->tenant->store;
	json_t *found = json_array();
	json_t *certificates = json_array();
	bool ok;

	x->quiet = true;
	ok = login_require(x, LOGIN_DEVICES_READ) &&
	     overview_each(store, &filter, 0, 1, collect, found) &&
	     (json_array_size(found) > 0 ||
		 exchange_missing(x, "There is no such device")) &&
	     overview_certificates(
		 store, filter.id, collect_certificate, certificates) &&
	     exchange_answer_json(x, 200, "application/json",
		 json_pack("{s:O, s:O, s:o}", "device",
		     json_array_get(found, 0), "certificates", certificates,
		     "now", exchange_time(time(NULL))));
	json_decref(found);
	json_decref(certificates);
	return ok;
}

static bool
collect_revoked(const char *serial, int64_t at, const char *device, void *data)
{
	return append(
	    data, json_pack("{s:s, s:o, s:s?}", "serialNumber", serial,
		      "revoked", exchange_time(at), "device", device));
}

bool
overview_revoked(struct exchange *x)
{
	struct store *store = &x->tenant->store;
	struct page page;
	json_t *all = NULL;
	bool check;
	bool ok;

	x->quiet = true;
	if (!login_require(x, LOGIN_TRUST_READ) || !page_read(x, &page))
		return false;
	ok = revoked_is_checked(store, &check) &&
	     overview_count_revoked(store, &page.total) &&
	     (all = json_array()) != NULL &&
	     overview_revoked_each(
		 store, page_skip(&page), page.size, collect_revoked, all);
	if (!ok) {
		json_decref(all);
		return false;
	}
	return exchange_answer_json(x, 200, "application/json",
	    json_pack("{s:o, s:I, s:b}", "revoked", all, "total",
		(json_int_t)page.total, "check", check));
}

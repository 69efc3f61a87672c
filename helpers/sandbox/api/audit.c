/* audit.c: the REST calls around audit records, and what other calls leave there.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "fault.h"
#include "sandbox/api/audit.h"
#include "sandbox/http/login.h"
#include "sandbox/http/page.h"
#include "sandbox/state/audit.h"
#include "sign/date.h"

#define PATH "/audit/auditRecords"
#define MEDIA_ONE "application/vnd.com.nsn.cumulocity.auditrecord+json"
#define MEDIA_ALL                                                              \
	"application/vnd.com.nsn.cumulocity.auditrecordcollection+json"

bool
audit_write(struct exchange *x, const char *type, const char *activity,
    const char *source, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	bool ok;

	va_start(args, format);
	ok = vasprintf(&text, format, args) >= 0;
	va_end(args);
	if (!ok)
		return fault_memory();
	ok = audit_add(&x->tenant->store, &(struct audit){ .type = type,
					      .activity = activity,
					      .text = text,
					      .user = buf_text(&x->user),
					      .source = source });
	free(text);
	return ok;
}

static json_t *
describe(const struct audit *record)
{
	json_t *made =
	    json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:s}", "id",
		json_sprintf("%lld", (long long)record->id), "self",
		json_sprintf(PATH "/%lld", (long long)record->id), "time",
		exchange_time(record->at), "creationTime",
		exchange_time(record->at), "type", record->type, "activity",
		record->activity, "text", record->text, "user", record->user,
		"severity", "INFORMATION");

	if (made != NULL && record->source != NULL)
		json_object_set_new(
		    made, "source", json_pack("{s:s}", "id", record->source));
	return made;
}

/* What audit_each calls: appends to the array DATA. */
static bool
collect(const struct audit *record, void *data)
{
	return json_array_append_new(data, describe(record)) == 0 ||
	       fault_memory();
}

/* The moment that parameter NAME of the query says, to be left alone where it is
 * not there. */
static bool
read_moment(struct exchange *x, const char *name, int64_t *moment)
{
	const char *text = u_map_get(x->request->map_url, name);
	time_t value;

	if (text == NULL)
		return true;
	if (!date_parse(text, &value))
		return exchange_invalid(x, fault_text());
	*moment = value;
	return true;
}

static bool
read_filter(struct exchange *x, struct audit_filter *filter)
{
	const struct _u_map *query = x->request->map_url;
	const char *revert = u_map_get(query, "revert");

	*filter = (struct audit_filter){ .type = u_map_get(query, "type"),
		.source = u_map_get(query, "source"),
		.user = u_map_get(query, "user"),
		.oldest_first = revert != NULL && strcmp(revert, "true") == 0 };
	return read_moment(x, "dateFrom", &filter->from) &&
	       read_moment(x, "dateTo", &filter->to);
}

bool
audit_list(struct exchange *x)
{
	struct page page = {
		.path = PATH, .member = "auditRecords", .media = MEDIA_ALL
	};
	struct audit_filter filter;
	json_t *found;

	if (!login_require(x, LOGIN_AUDIT_READ) || !page_read(x, &page) ||
	    !read_filter(x, &filter) ||
	    !audit_count(&x->tenant->store, &filter, &page.total))
		return false;
	found = json_array();
	if (found == NULL || !audit_each(&x->tenant->store, &filter,
				 page_skip(&page), page.size, collect, found)) {
		json_decref(found);
		return false;
	}
	return page_answer(x, &page, found);
}

bool
audit_show(struct exchange *x)
{
	const char *id = u_map_get(x->request->map_url, "id");
	struct audit_filter filter = { .id = 0 };
	json_t *found;
	bool ok = true;

	if (!login_require(x, LOGIN_AUDIT_READ))
		return false;
	if (id != NULL)
		filter.id = strtoll(id, NULL, 10);
	found = json_array();
	/* an id of 0 would be any */
	if (found != NULL && filter.id > 0)
		ok = audit_each(
		    &x->tenant->store, &filter, 0, 1, collect, found);
	if (ok && json_array_size(found) == 0)
		ok = exchange_missing(x, "There is no audit record "
					 "with this id");
	else if (ok)
		ok = exchange_answer_json(
		    x, 200, MEDIA_ONE, json_incref(json_array_get(found, 0)));
	json_decref(found);
	return ok;
}

/* settings.c: what is not known of a real tenant, and how this one does it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "fault.h"
#include "sandbox/state/option.h"
#include "sandbox/state/settings.h"

/* The first of VALUES is the default. */
static const struct known {
	const char *name;
	const char *values; /* with '|' between */
	const char *about;
} settings[] = {
	[SETTING_ENROL_STATUS] = { "enroll.status", "200|201",
	    "the status of an answer with a certificate" },
	[SETTING_ENROL_BAD] = { "enroll.bad-request.status", "400|422",
	    "the status for what is no certificate request" },
	[SETTING_ENROL_NO_CA] = { "enroll.no-authority.status",
	    "422|400|404|500",
	    "the status where the tenant CA is missing or too short" },
	[SETTING_ACCEPT_EARLY] = { "request.accept-early.status", "422|200",
	    "the status for who accepts a device that has not connected yet" },
	[SETTING_AUTHORITY_SUBJECT] = { "authority.subject", "2026|2025",
	    "the names of a new tenant CA: those of which year" },
	[SETTING_AUTHORITY_REGISTERS] = { "authority.auto-registration",
	    "true|false",
	    "are devices of a new tenant CA registered when they connect" },
	[SETTING_AUTHORITY_RENEW] = { "authority.renew.status", "422|404|409",
	    "the status where the tenant CA is missing or not to be renewed" },
	[SETTING_AUTHORITY_SHORT] = { "authority.short", "issue|refuse",
	    "what a tenant CA with less than a year does" },
	[SETTING_ISSUE_EXTENSIONS] = { "issue.extensions", "none|usual",
	    "the extensions of a certificate for a device" },
	[SETTING_MQTT_SESSION] = { "mqtt.unclean-session",
	    "refused|closed|taken",
	    "an MQTT session that is not clean: CONNACK 5, none, or 0" },
	[SETTING_EST_LOGIN] = { "est.login", "device|user|none",
	    "plain EST: who may enrol: a device by its one-time password, a "
	    "user of the tenant, anyone" },
	[SETTING_EST_APPROVAL] = { "est.approval", "auto|manual",
	    "plain EST: sign at once, or when a person has approved" },
	[SETTING_EST_RETRY] = { "est.retry-after", "5|1|30|600",
	    "plain EST: the seconds of Retry-After until then" },
	[SETTING_EST_PROOF] = { "est.proof-of-possession", "off|required",
	    "plain EST: the request must have the tls-unique of its "
	    "connection" },
	[SETTING_EST_ATTRIBUTES] = { "est.csrattrs", "none|sample",
	    "plain EST: what csrattrs answers" },
	[SETTING_EST_LINES] = { "est.lines", "64|none",
	    "plain EST: the width of base64 in an answer" },
	[SETTING_EST_NONCE] = { "est.nonce-life", "300|1",
	    "plain EST: how many seconds a nonce of Digest is good for" },
};

enum { SETTINGS = sizeof settings / sizeof settings[0] };

/* Is TEXT, LEN bytes, one of VALUES? */
static bool
is_value(const char *values, const char *text)
{
	size_t wanted = strlen(text);
	size_t len;

	for (const char *at = values;; at += len + 1) {
		len = strcspn(at, "|");
		if (len == wanted && strncmp(at, text, len) == 0)
			return true;
		if (at[len] == '\0')
			return false;
	}
}

bool
settings_put(struct store *store, const char *assignment)
{
	size_t len = strcspn(assignment, "=");
	const char *value = assignment + len;

	if (*value == '\0')
		return fault(EXIT_USAGE, "%s: not NAME=VALUE", assignment);
	value++;
	for (int i = 0; i < SETTINGS; i++) {
		const struct known *known = &settings[i];

		if (strlen(known->name) != len ||
		    strncmp(known->name, assignment, len) != 0)
			continue;
		return is_value(known->values, value)
			   ? option_put(
				 store, SETTINGS_CATEGORY, known->name, value)
			   : fault(EXIT_USAGE, "%s: %s: not one of %s",
				 known->name, value, known->values);
	}
	return fault(EXIT_USAGE, "%.*s: no such setting", (int)len, assignment);
}

bool
settings_text(struct store *store, enum setting setting, struct buf *out)
{
	const struct known *known = &settings[setting];
	bool found;

	return option_get(store, SETTINGS_CATEGORY, known->name, &found, out) &&
	       (found ||
		   buf_add(out, known->values, strcspn(known->values, "|")));
}

bool
settings_number(struct store *store, enum setting setting, int64_t *number)
{
	struct buf text = { 0 };
	bool ok = settings_text(store, setting, &text);

	*number = ok ? strtoll(buf_text(&text), NULL, 10) : 0;
	buf_free(&text);
	return ok;
}

bool
settings_is(
    struct store *store, enum setting setting, const char *value, bool *is)
{
	struct buf text = { 0 };
	bool ok = settings_text(store, setting, &text);

	*is = ok && strcmp(buf_text(&text), value) == 0;
	buf_free(&text);
	return ok;
}

bool
settings_each(struct store *store,
    bool (*each)(const char *name, const char *value, const char *values,
	const char *about, void *data),
    void *data)
{
	struct buf text = { 0 };
	bool ok = true;

	for (int i = 0; ok && i < SETTINGS; i++) {
		text.len = 0;
		ok = settings_text(store, (enum setting)i, &text) &&
		     each(settings[i].name, buf_text(&text), settings[i].values,
			 settings[i].about, data);
	}
	buf_free(&text);
	return ok;
}

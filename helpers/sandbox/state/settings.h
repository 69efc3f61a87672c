/* settings.h: what is not known of a real tenant, and how this one does it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SETTINGS_H
#define SANDBOX_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "sandbox/state/store.h"

/* the category of tenant options in which they are kept */
#define SETTINGS_CATEGORY "sandbox"

enum setting {
	SETTING_ENROL_STATUS, /* of an answer that brings a certificate */
	SETTING_ENROL_BAD, /* of a certificate request that is none */
	SETTING_ENROL_NO_CA, /* without a CA that runs another year */
	SETTING_ACCEPT_EARLY, /* of a device that has not asked yet */
	SETTING_AUTHORITY_SUBJECT, /* the names of a new CA */
	SETTING_AUTHORITY_REGISTERS, /* does a new CA register devices? */
	SETTING_AUTHORITY_RENEW, /* where there is none to be renewed */
	SETTING_AUTHORITY_SHORT, /* does a CA with less than a year issue? */
	SETTING_ISSUE_EXTENSIONS, /* of the certificates for devices */
	SETTING_MQTT_SESSION, /* of a CONNECT for a session that is not clean */
	SETTING_EST_LOGIN, /* of the plain EST server, as those that follow */
	SETTING_EST_APPROVAL,
	SETTING_EST_RETRY,
	SETTING_EST_PROOF,
	SETTING_EST_ATTRIBUTES,
	SETTING_EST_LINES,
	SETTING_EST_NONCE,
};

/* Sets NAME=VALUE. EXIT_USAGE: no such setting, or not a value for it. */
bool settings_put(struct store *store, const char *assignment);

/* What SETTING is, a number. */
bool settings_number(
    struct store *store, enum setting setting, int64_t *number);

/* Adds what SETTING is to OUT, as its text. */
bool settings_text(struct store *store, enum setting setting, struct buf *out);

/* Is SETTING at VALUE? */
bool settings_is(
    struct store *store, enum setting setting, const char *value, bool *is);

/* Calls EACH with DATA for every setting: its name, its value now, what else it
 * could be, and what it is about. False, and at once, when EACH returned
 * false. */
bool settings_each(struct store *store,
    bool (*each)(const char *name, const char *value, const char *values,
	const char *about, void *data),
    void *data);

#endif

/* conf.c: the configuration: which keys there are, and what they hold.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <ini.h>

#include "buf.h"
#include "conf.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "value.h"

/* Debian's inih cuts section and key names here, without a word. */
enum { NAME_CUT = 49 };

#define CERTS SYSCONFDIR "/certcycle/device-certs/"

static const struct conf_key keys[] = {
	{ "c8y.http", CONF_HOST, "", "c8y.url", 443, NULL },
	{ "c8y.mqtt", CONF_HOST, "", "c8y.url", 8883, NULL },
	{ "c8y.mtls", CONF_HOST, "", "c8y.url", 8443, NULL },
	{ "c8y.root_cert_path", CONF_PATH, SYSTEM_CA, NULL, 0, NULL },
	{ "c8y.token_via", CONF_WORD, "auto", NULL, 0, " auto https mqtt " },
	{ "c8y.url", CONF_HOST, "", NULL, 0, NULL },
	{ "c8y.verify_via", CONF_WORD, "auto", NULL, 0,
	    " auto https mqtt both none " },
	{ "certificate.ca_path", CONF_PATH, "", NULL, 0, NULL },
	{ "certificate.key_type", CONF_WORD, "ec-p256", NULL, 0,
	    " ec-p256 ec-p384 ec-p521 rsa-2048 rsa-3072 rsa-4096 ed25519 " },
	{ "certificate.organization", CONF_TEXT, "", NULL, 0, NULL },
	{ "certificate.organization_unit", CONF_TEXT, "", NULL, 0, NULL },
	{ "certificate.validity.minimum_duration", CONF_WINDOW, "30d", NULL, 0,
	    NULL },
	{ "certificate.validity.requested_duration", CONF_SPAN, "365d", NULL, 0,
	    NULL },
	{ "device.cert_path", CONF_PATH, CERTS "certcycle-certificate.pem",
	    NULL, 0, NULL },
	{ "device.csr_path", CONF_PATH,
	    LOCALSTATEDIR "/lib/certcycle/default/certcycle.csr", NULL, 0,
	    NULL },
	{ "device.id", CONF_ID, "", NULL, 0, NULL },
	{ "device.key_path", CONF_PATH, CERTS "certcycle-private-key.pem", NULL,
	    0, NULL },
	{ "device.one_time_password_path", CONF_PATH, "", NULL, 0, NULL },
	{ "enroll.max_timeout", CONF_SPAN, "10m", NULL, 0, NULL },
	{ "enroll.retry_every", CONF_SPAN, "30s", NULL, 0, NULL },
	{ "est.root_cert_path", CONF_PATH, SYSTEM_CA, NULL, 0, NULL },
	{ "est.url", CONF_URL, "", NULL, 0, NULL },
	{ "hooks.services", CONF_TEXT, "", NULL, 0, NULL },
	{ "hooks.timeout", CONF_SPAN, "60s", NULL, 0, NULL },
	{ "issuer", CONF_ISSUER, "c8y", NULL, 0, NULL },
	{ "issuer.timeout", CONF_SPAN, "5m", NULL, 0, NULL },
	{ "state.path", CONF_PATH, LOCALSTATEDIR "/lib/certcycle/default", NULL,
	    0, NULL },
	{ "state.run_path", CONF_PATH, RUNSTATEDIR "/certcycle", NULL, 0,
	    NULL },
};

enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

struct conf {
	char *values[KEY_COUNT]; /* NULL: not set */
	int lines[KEY_COUNT]; /* of the file where it was set, or 0 */
};

/* The file while inih reads it. */
struct reading {
	const char *path;
	const char *at; /* what is still to be read */
	int line;
	bool indented;
	int last_key; /* that of the line before, or -1 */
	bool failed;
	int failed_line; /* of a fault that file_fault told */
	struct conf *conf;
};

const struct conf_key *
conf_keys(size_t *count)
{
	*count = KEY_COUNT;
	return keys;
}

const char *
conf_value(const struct conf *conf, size_t index)
{
	return conf->values[index] != NULL ? conf->values[index] : "";
}

bool
conf_find(const char *name, size_t *index)
{
	for (*index = 0; *index < KEY_COUNT; ++*index)
		if (strcmp(keys[*index].name, name) == 0)
			return true;
	return fault(EXIT_CONF, "%s: no such key", name);
}

static bool
set_value(struct conf *conf, size_t index, const char *value)
{
	char *copy = strdup(value);

	if (copy == NULL)
		return fault_memory();
	free(conf->values[index]);
	conf->values[index] = copy;
	return true;
}

/* A fault in the file: what was wrong, with where it stands before it. Tells
 * inih to stop. */
static int
file_fault(struct reading *reading, const char *name, const char *problem)
{
	if (!reading->failed)
		fault(EXIT_CONF, "%s:%d: %s: %s", reading->path, reading->line,
		    name, problem);
	reading->failed = true;
	reading->failed_line = reading->line;
	return 0;
}

/* An indented line goes on with the value before it, after a blank. */
static int
continue_value(struct reading *reading, size_t index, const char *more)
{
	const char *before = reading->conf->values[index];
	struct buf whole = { 0 };
	bool ok;

	ok = buf_print(&whole, "%s%s%s", before, before[0] != '\0' ? " " : "",
		 more) &&
	     set_value(reading->conf, index, buf_text(&whole));
	buf_free(&whole);
	reading->failed = reading->failed || !ok;
	return ok;
}

/* inih's handler: 0 is an error. */
static int
take_value(void *to, const char *section, const char *name, const char *value)
{
	struct reading *reading = to;
	struct buf full = { 0 };
	size_t index;
	int ok = 0;

	if (reading->failed)
		return 0;
	if (strlen(section) >= NAME_CUT || strlen(name) >= NAME_CUT)
		return file_fault(reading,
		    strlen(section) >= NAME_CUT ? section : name,
		    "a name over 48 bytes");
	if (!buf_print(&full, "%s%s%s", section, section[0] != '\0' ? "." : "",
		name)) {
		reading->failed = true;
		return 0;
	}
	if (!conf_find(buf_text(&full), &index)) {
		file_fault(reading, buf_text(&full), "no such key");
	} else if (reading->indented && reading->last_key == (int)index) {
		ok = continue_value(reading, index, value);
	} else if (reading->conf->values[index] != NULL) {
		file_fault(reading, buf_text(&full), "set twice");
	} else {
		ok = set_value(reading->conf, index, value);
		reading->failed = !ok;
		reading->conf->lines[index] = reading->line;
		reading->last_key = (int)index;
	}
	buf_free(&full);
	return ok;
}

/* inih's fgets: the next line into LINE. It hands on what it could not hold
 * of a line as if that were all, so a line that is too long stops here. */
static char *
next_line(char *line, int size, void *from)
{
	struct reading *reading = from;
	size_t len = strcspn(reading->at, "\n");

	if (reading->failed || reading->at[0] == '\0')
		return NULL;
	reading->line++;
	/* behind a section an indented line continues nothing */
	if (reading->at[strspn(reading->at, " \t")] == '[')
		reading->last_key = -1;
	reading->indented = isspace((unsigned char)reading->at[0]) != 0;
	/* the line end, and the NUL behind it */
	if (len + 2 > (size_t)size) {
		file_fault(reading, "line",
		    "too long for the INI library; "
		    "go on with an indented line");
		return NULL;
	}
	memcpy(line, reading->at, len);
	line[len] = '\0';
	reading->at += len + (reading->at[len] == '\n');
	return line;
}

static bool
check_file_values(struct conf *conf, const char *path)
{
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (conf->lines[i] > 0 &&
		    !value_check(&keys[i], conf->values[i]))
			return fault(EXIT_CONF, "%s:%d: %s: %s", path,
			    conf->lines[i], keys[i].name, fault_text());
	return true;
}

static bool
load_file(struct conf *conf, const char *path)
{
	struct reading reading = { .path = path, .last_key = -1, .conf = conf };
	struct buf text = { 0 };
	struct stat st;
	bool ok = false;
	int rc;

	/* no file, or an empty one, is all defaults */
	if (stat(path, &st) != 0 ? errno == ENOENT : st.st_size == 0)
		return true;
	if (!file_read(path, &text)) {
		fault(EXIT_CONF, "%s", fault_text());
		goto out;
	}
	if (strlen(buf_text(&text)) != text.len) {
		fault(EXIT_CONF, "%s: a NUL byte in it", path);
		goto out;
	}
	reading.at = buf_text(&text);
	rc = ini_parse_stream(next_line, &reading, take_value, &reading);
	/* inih goes on behind a line that it cannot read: the first fault counts */
	if (rc > 0 && (!reading.failed || rc < reading.failed_line)) {
		fault(EXIT_CONF, "%s:%d: neither [section] nor key = value",
		    path, rc);
		goto out;
	}
	ok = !reading.failed && check_file_values(conf, path);
out:
	buf_free(&text);
	return ok;
}

static bool
load_environment(struct conf *conf)
{
	for (size_t i = 0; i < KEY_COUNT; i++) {
		struct buf name = { 0 };
		const char *value;
		bool ok = buf_print(&name, "CERTCYCLE_%s", keys[i].name);

		for (size_t at = 10; ok && at < name.len; at++)
			name.data[at] =
			    name.data[at] == '.'
				? '_'
				: (unsigned char)toupper(name.data[at]);
		value = ok ? getenv(buf_text(&name)) : NULL;
		if (value != NULL && value[0] != '\0') {
			ok = set_value(conf, i, value) &&
			     (value_check(&keys[i], value) ||
				 fault(EXIT_CONF, "%s: %s", buf_text(&name),
				     fault_text()));
		}
		buf_free(&name);
		if (!ok)
			return false;
	}
	return true;
}

static bool
load_setting(struct conf *conf, const char *setting)
{
	size_t len = strcspn(setting, "=");
	char *name = strndup(setting, len);
	size_t index;
	bool ok = false;

	if (name == NULL)
		return fault_memory();
	if (setting[len] == '\0') {
		fault(EXIT_CONF, "%s: not KEY=VALUE", setting);
		goto out;
	}
	if (!conf_find(name, &index) ||
	    !set_value(conf, index, setting + len + 1))
		goto out;
	ok = value_check(&keys[index], setting + len + 1) ||
	     fault(EXIT_CONF, "%s: %s", name, fault_text());
out:
	free(name);
	return ok;
}

/* What was set nowhere gets its default; a host gets its port. */
static bool
fill_in(struct conf *conf, size_t index)
{
	const struct conf_key *key = &keys[index];
	const char *value = conf->values[index];
	struct buf host = { 0 };
	size_t from;
	bool ok;

	if (key->from != NULL && value == NULL && conf_find(key->from, &from))
		value = conf_value(conf, from);
	if (value == NULL)
		value = key->fallback;
	ok = buf_print(&host, "%s", value);
	if (ok && key->port > 0 && value[0] != '\0') {
		const char *port = strrchr(value, ':');

		/* the port of c8y.url is that of its HTTPS alone */
		if (port != NULL && strchr(port, ']') == NULL &&
		    conf->values[index] == NULL && key->port != 443)
			host.len = (size_t)(port - value);
		else if (port != NULL && strchr(port, ']') == NULL)
			goto set;
		ok = buf_print(&host, ":%d", key->port);
	}
set:
	ok = ok && set_value(conf, index, buf_text(&host));
	buf_free(&host);
	return ok;
}

bool
conf_load(
    const char *dir, char *const *settings, size_t count, struct conf **out)
{
	struct conf *conf = calloc(1, sizeof *conf);
	char *path = file_suffixed(dir, "/certcycle.conf");
	bool ok = false;

	*out = NULL;
	if (conf == NULL || path == NULL) {
		fault_memory();
		goto out;
	}
	if (!load_file(conf, path) || !load_environment(conf))
		goto out;
	for (size_t i = 0; i < count; i++)
		if (!load_setting(conf, settings[i]))
			goto out;
	ok = true;
	for (size_t i = 0; ok && i < KEY_COUNT; i++)
		ok = fill_in(conf, i);
out:
	free(path);
	if (ok)
		*out = conf;
	else
		conf_free(conf);
	return ok;
}

void
conf_free(struct conf *conf)
{
	if (conf == NULL)
		return;
	for (size_t i = 0; i < KEY_COUNT; i++)
		free(conf->values[i]);
	free(conf);
}

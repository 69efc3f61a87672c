/* conf.c: the configuration as it is in effect.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "value.h"

/* Names of files and of systemd's units are made of it. */
enum { PROFILE_MAX = 32 };

struct conf_base {
	char *dir;
	struct conf *file;
	struct conf *over; /* environment and settings, which win */
};

/* The variable that sets KEY. */
static bool
variable_name(const struct conf_key *key, struct buf *name)
{
	size_t at = name->len + sizeof "CERTCYCLE_" - 1;

	if (!buf_print(name, "CERTCYCLE_%s", key->name))
		return false;
	for (; at < name->len; at++)
		name->data[at] = name->data[at] == '.'
				     ? '_'
				     : (unsigned char)toupper(name->data[at]);
	return true;
}

static bool
load_environment(struct conf *conf)
{
	for (size_t i = 0; i < conf_count(); i++) {
		struct buf name = { 0 };
		bool ok = variable_name(conf_key_at(i), &name);
		const char *value = ok ? getenv(buf_text(&name)) : NULL;

		if (value != NULL && value[0] != '\0')
			ok = conf_set(conf, i, value, CONF_ENVIRONMENT, 0) &&
			     (value_check(conf_key_at(i), value) ||
				 fault(EXIT_CONF, "%s: %s", buf_text(&name),
				     fault_text()));
		buf_free(&name);
		if (!ok)
			return false;
	}
	return true;
}

/* "KEY=VALUE", LEN bytes. */
static bool
load_setting(struct conf *conf, const char *setting, size_t len)
{
	char *name = strndup(setting, len);
	char *value = name != NULL ? strchr(name, '=') : NULL;
	size_t index;
	bool ok = false;

	if (name == NULL)
		return fault_memory();
	if (value == NULL) {
		fault(EXIT_CONF, "%s: not KEY=VALUE", name);
		goto out;
	}
	*value++ = '\0';
	if (!conf_find(name, &index) ||
	    !conf_set(conf, index, value, CONF_COMMAND, 0))
		goto out;
	ok = value_check(conf_key_at(index), value) ||
	     fault(EXIT_CONF, "%s: %s", name, fault_text());
out:
	free(name);
	return ok;
}

/* The lines of CERTCYCLE_SETTINGS, and SETTINGS. */
static bool
load_settings(struct conf *conf, char *const *settings, size_t count)
{
	const char *line = getenv("CERTCYCLE_SETTINGS");

	while (line != NULL && line[0] != '\0') {
		size_t len = strcspn(line, "\n");

		if (len > 0 && !load_setting(conf, line, len))
			return false;
		line += len + (line[len] == '\n');
	}
	for (size_t i = 0; i < count; i++)
		if (!load_setting(conf, settings[i], strlen(settings[i])))
			return false;
	return true;
}

/* What the file PATH sets, into CONF; nothing where it is not there. */
static bool
load_file(const char *path, struct conf **conf)
{
	struct buf text = { 0 };
	bool ok = conf_read(path, &text) &&
		  conf_parse(buf_text(&text), text.len, path, conf) &&
		  conf_check(*conf);

	buf_free(&text);
	return ok;
}

/* "%p" in a path or a URI is the profile. */
static bool
name_profile(const char *value, const char *profile, struct buf *out)
{
	const char *next;

	while ((next = strstr(value, "%p")) != NULL) {
		if (!buf_add(out, value, (size_t)(next - value)) ||
		    !buf_print(out, "%s", profile))
			return false;
		value = next + 2;
	}
	return buf_print(out, "%s", value);
}

/* HOST with the port of KEY, where it names none; INHERITED from another key,
 * whose port is not ours. */
static bool
name_port(const struct conf_key *key, const char *host, bool inherited,
    struct buf *out)
{
	const char *port = strrchr(host, ':');
	size_t len = strlen(host);

	if (port != NULL && strchr(port, ']') == NULL) {
		/* the port of c8y.url is that of its HTTPS alone */
		if (!inherited || key->port == 443)
			return buf_print(out, "%s", host);
		len = (size_t)(port - host);
	}
	return buf_print(out, "%.*s:%d", (int)len, host, key->port);
}

/* What was set nowhere gets its default; a host gets its port. */
static bool
fill_in(struct conf *conf, size_t index, const char *profile)
{
	const struct conf_key *key = conf_key_at(index);
	const struct conf_item *item = &conf->items[index];
	const char *value = item->value;
	struct buf whole = { 0 };
	size_t from;
	bool ok;

	if (key->from != NULL && value == NULL && conf_find(key->from, &from))
		value = conf_value(conf, from);
	if (value == NULL)
		value = key->fallback;
	if (key->port > 0 && value[0] != '\0')
		ok = name_port(key, value, item->value == NULL, &whole);
	else if ((key->type == CONF_PATH || conf_is_own(key)) &&
		 strstr(value, "%p") != NULL)
		ok = name_profile(value, profile, &whole);
	else /* as it is, without a copy: there are many profiles */
		return value == item->value ||
		       conf_set(conf, index, value, item->source, item->line);
	ok = ok &&
	     conf_set(conf, index, buf_text(&whole), item->source, item->line);
	buf_free(&whole);
	return ok;
}

bool
conf_open(const char *dir, char *const *settings, size_t count,
    struct conf_base **out)
{
	struct conf_base *base = calloc(1, sizeof *base);
	char *path = file_suffixed(dir, "/certcycle.conf");
	bool ok = false;

	*out = NULL;
	if (base != NULL) {
		base->dir = strdup(dir);
		base->over = conf_new("");
	}
	if (base == NULL || path == NULL || base->dir == NULL ||
	    base->over == NULL)
		fault_memory();
	else
		ok = load_file(path, &base->file) &&
		     load_environment(base->over) &&
		     load_settings(base->over, settings, count);
	free(path);
	if (ok)
		*out = base;
	else
		conf_close(base);
	return ok;
}

const char *
conf_dir(const struct conf_base *base)
{
	return base->dir;
}

void
conf_close(struct conf_base *base)
{
	if (base == NULL)
		return;
	conf_free(base->over);
	conf_free(base->file);
	free(base->dir);
	free(base);
}

bool
conf_check_profile(const char *name)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-";
	size_t len = strspn(name, letters);

	return (len > 0 && len <= PROFILE_MAX && name[len] == '\0' &&
		   name[0] != '_' && name[0] != '-') ||
	       fault(EXIT_CONF,
		   "%s: not a profile's name: 1 to %d letters, "
		   "digits, _ and -, the first a letter or digit",
		   name, PROFILE_MAX);
}

bool
conf_profile_path(
    const char *dir, const char *profile, bool new, struct buf *path)
{
	if (strcmp(profile, CONF_DEFAULT_PROFILE) == 0)
		return buf_print(path, "%s/certcycle.conf", dir);
	if (!conf_check_profile(profile) ||
	    !buf_print(path, "%s/conf.d/%s.conf", dir, profile))
		return false;
	return new || access(buf_text(path), F_OK) == 0 || errno != ENOENT ||
	       file_is_lost(buf_text(path)) ||
	       fault(EXIT_CONF, "%s: no such profile: %s is not there", profile,
		   buf_text(path));
}

const char *
conf_profile_name(const char *profile)
{
	if (profile == NULL)
		profile = getenv("CERTCYCLE_PROFILE");
	return profile != NULL && profile[0] != '\0' ? profile
						     : CONF_DEFAULT_PROFILE;
}

/* The file of PROFILE, into FILE: NULL for the default one. */
static bool
load_profile(
    const struct conf_base *base, const char *profile, struct conf **file)
{
	struct buf path = { 0 };
	bool ok;

	*file = NULL;
	if (strcmp(profile, CONF_DEFAULT_PROFILE) == 0)
		return true;
	ok = conf_profile_path(base->dir, profile, false, &path) &&
	     load_file(buf_text(&path), file);
	buf_free(&path);
	return ok;
}

/* Takes what FROM sets, as of SOURCE, for what nothing above it has set. */
static bool
take_layer(struct conf *conf, const struct conf *from, enum conf_source source,
    bool shared)
{
	for (size_t i = 0; i < conf_count(); i++) {
		const struct conf_item *item = &from->items[i];

		if (item->value == NULL || conf->items[i].value != NULL ||
		    (shared && conf_is_own(conf_key_at(i)) &&
			strstr(item->value, "%p") == NULL))
			continue;
		if (!conf_set(conf, i, item->value,
			source != CONF_DEFAULT ? source : item->source,
			item->line))
			return false;
	}
	return true;
}

bool
conf_profile(
    const struct conf_base *base, const char *profile, struct conf **out)
{
	struct conf *file = NULL;
	struct conf *conf = conf_new(base->file->name);
	bool ok =
	    conf != NULL ? load_profile(base, profile, &file) : fault_memory();

	*out = NULL;
	if (ok && file != NULL) {
		conf->profile_name = strdup(file->name);
		ok = conf->profile_name != NULL || fault_memory();
	}
	ok = ok && take_layer(conf, base->over, CONF_DEFAULT, false) &&
	     (file == NULL || take_layer(conf, file, CONF_PROFILE, false)) &&
	     take_layer(conf, base->file, CONF_FILE, file != NULL);
	for (size_t i = 0; ok && i < conf_count(); i++)
		ok = fill_in(conf, i, profile);
	conf_free(file);
	if (ok)
		*out = conf;
	else
		conf_free(conf);
	return ok;
}

bool
conf_load(const char *dir, const char *profile, char *const *settings,
    size_t count, struct conf **conf)
{
	struct conf_base *base;
	bool ok;

	*conf = NULL;
	if (!conf_open(dir, settings, count, &base))
		return false;
	ok = conf_profile(base, conf_profile_name(profile), conf);
	conf_close(base);
	return ok;
}

const char *
conf_value(const struct conf *conf, size_t index)
{
	return conf->items[index].value != NULL ? conf->items[index].value : "";
}

const char *
conf_get(const struct conf *conf, const char *name)
{
	size_t index;

	return conf_find(name, &index) ? conf_value(conf, index) : "";
}

bool
conf_origin(const struct conf *conf, size_t index, struct buf *out)
{
	const struct conf_key *key = conf_key_at(index);
	size_t from;

	switch (conf->items[index].source) {
	case CONF_FILE:
		return buf_print(
		    out, "%s:%d", conf->name, conf->items[index].line);
	case CONF_PROFILE:
		return buf_print(
		    out, "%s:%d", conf->profile_name, conf->items[index].line);
	case CONF_ENVIRONMENT:
		return variable_name(key, out);
	case CONF_COMMAND:
		return buf_print(out, "command line");
	case CONF_DEFAULT:
		break;
	}
	if (key->from != NULL && conf_find(key->from, &from) &&
	    conf_value(conf, from)[0] != '\0')
		return buf_print(out, "default, from %s", key->from);
	return buf_print(out, "default");
}

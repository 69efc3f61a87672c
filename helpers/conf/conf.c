/* conf.c: the configuration as it is in effect.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "value.h"

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
	    !conf_set(conf, index, setting + len + 1, CONF_COMMAND, 0))
		goto out;
	ok = value_check(conf_key_at(index), setting + len + 1) ||
	     fault(EXIT_CONF, "%s: %s", name, fault_text());
out:
	free(name);
	return ok;
}

/* What was set nowhere gets its default; a host gets its port. */
static bool
fill_in(struct conf *conf, size_t index)
{
	const struct conf_key *key = conf_key_at(index);
	const struct conf_item *item = &conf->items[index];
	const char *value = item->value;
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
		    item->value == NULL && key->port != 443)
			host.len = (size_t)(port - value);
		else if (port != NULL && strchr(port, ']') == NULL)
			goto set;
		ok = buf_print(&host, ":%d", key->port);
	}
set:
	ok = ok &&
	     conf_set(conf, index, buf_text(&host), item->source, item->line);
	buf_free(&host);
	return ok;
}

bool
conf_load(
    const char *dir, char *const *settings, size_t count, struct conf **out)
{
	char *path = file_suffixed(dir, "/certcycle.conf");
	struct conf *conf = NULL;
	struct buf text = { 0 };
	bool ok = false;

	*out = NULL;
	if (path == NULL)
		return fault_memory();
	if (!conf_read(path, &text) ||
	    !conf_parse(buf_text(&text), text.len, path, &conf) ||
	    !conf_check(conf) || !load_environment(conf))
		goto out;
	for (size_t i = 0; i < count; i++)
		if (!load_setting(conf, settings[i]))
			goto out;
	ok = true;
	for (size_t i = 0; ok && i < conf_count(); i++)
		ok = fill_in(conf, i);
out:
	buf_free(&text);
	free(path);
	if (ok)
		*out = conf;
	else
		conf_free(conf);
	return ok;
}

const char *
conf_value(const struct conf *conf, size_t index)
{
	return conf->items[index].value != NULL ? conf->items[index].value : "";
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

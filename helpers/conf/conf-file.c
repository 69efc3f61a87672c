/* conf-file.c: what stands in a configuration file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <ini.h>

#include "conf-file.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "value.h"

/* Debian's inih cuts section and key names here, without a word. */
enum { NAME_CUT = 49 };

/* The file while inih reads it. */
struct reading {
	const char *at; /* what is still to be read */
	int line;
	bool indented;
	int last_key; /* that of the line before, or -1 */
	bool failed;
	int failed_line; /* of a fault that file_fault told */
	struct conf *conf;
};

bool
conf_set(struct conf *conf, size_t index, const char *value,
    enum conf_source source, int line)
{
	struct conf_item *item = &conf->items[index];
	char *copy = strdup(value);

	if (copy == NULL)
		return fault_memory();
	free(item->value);
	*item = (struct conf_item){ copy, source, line };
	return true;
}

/* A fault in the file: what was wrong, with where it stands before it. Tells
 * inih to stop. */
static int
file_fault(struct reading *reading, const char *name, const char *problem)
{
	if (!reading->failed)
		fault(EXIT_CONF, "%s:%d: %s: %s", reading->conf->name,
		    reading->line, name, problem);
	reading->failed = true;
	reading->failed_line = reading->line;
	return 0;
}

/* An indented line goes on with the value before it, after a blank. */
static bool
continue_value(struct reading *reading, size_t index, const char *more)
{
	const struct conf_item *item = &reading->conf->items[index];
	struct buf whole = { 0 };
	bool ok;

	ok = buf_print(&whole, "%s%s%s", item->value,
		 item->value[0] != '\0' ? " " : "", more) &&
	     conf_set(
		 reading->conf, index, buf_text(&whole), CONF_FILE, item->line);
	buf_free(&whole);
	return ok;
}

/* The key FULL is VALUE, or goes on with it. */
static bool
take_key(struct reading *reading, const char *full, const char *value)
{
	struct conf *conf = reading->conf;
	size_t index;
	bool ok;

	if (!conf_find(full, &index))
		return file_fault(reading, full, "no such key");
	if (reading->indented && reading->last_key == (int)index)
		ok = continue_value(reading, index, value);
	else if (conf->items[index].value != NULL)
		return file_fault(reading, full, "set twice");
	else
		ok = conf_set(conf, index, value, CONF_FILE, reading->line);
	reading->failed = !ok;
	reading->last_key = (int)index;
	conf->keys[reading->line - 1] = (int)index;
	return ok;
}

/* inih's handler: 0 is an error. */
static int
take_value(void *to, const char *section, const char *name, const char *value)
{
	struct reading *reading = to;
	struct buf full = { 0 };
	bool ok;

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
	ok = take_key(reading, buf_text(&full), value);
	buf_free(&full);
	return ok;
}

/* One line more, which no key stands on yet. */
static bool
count_line(struct reading *reading)
{
	struct conf *conf = reading->conf;
	int *more = reallocarray(conf->keys, conf->lines + 1, sizeof *more);

	if (more == NULL)
		return fault_memory();
	conf->keys = more;
	conf->keys[conf->lines++] = -1;
	reading->line++;
	return true;
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
	if (!count_line(reading)) {
		reading->failed = true;
		return NULL;
	}
	reading->indented = isspace((unsigned char)reading->at[0]) != 0;
	/* behind a section an indented line continues nothing; but a bracket
	 * in a line that does continue a value begins no section */
	if (reading->at[strspn(reading->at, " \t")] == '[' &&
	    !(reading->indented && reading->last_key >= 0))
		reading->last_key = -1;
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

struct conf *
conf_new(const char *name)
{
	struct conf *conf = calloc(1, sizeof *conf);

	if (conf == NULL)
		return NULL;
	conf->name = strdup(name);
	conf->items = calloc(conf_count(), sizeof *conf->items);
	if (conf->name != NULL && conf->items != NULL)
		return conf;
	conf_free(conf);
	return NULL;
}

bool
conf_parse(const char *text, size_t len, const char *name, struct conf **out)
{
	struct reading reading = { .last_key = -1 };
	char *copy = strndup(text, len);
	int rc;

	*out = NULL;
	reading.conf = conf_new(name);
	reading.at = copy;
	if (copy == NULL || reading.conf == NULL) {
		fault_memory();
		goto out;
	}
	if (strlen(copy) != len) {
		fault(EXIT_CONF, "%s: a NUL byte in it", name);
		goto out;
	}
	rc = ini_parse_stream(next_line, &reading, take_value, &reading);
	if (rc < 0) {
		fault_memory();
		goto out;
	}
	/* inih goes on behind a line that it cannot read: the first fault counts */
	if (rc > 0 && (!reading.failed || rc < reading.failed_line)) {
		fault(EXIT_CONF, "%s:%d: neither [section] nor key = value",
		    name, rc);
		goto out;
	}
	if (!reading.failed) {
		*out = reading.conf;
		reading.conf = NULL;
	}
out:
	conf_free(reading.conf);
	free(copy);
	return *out != NULL;
}

bool
conf_check(const struct conf *conf)
{
	for (size_t i = 0; i < conf_count(); i++) {
		const struct conf_item *item = &conf->items[i];

		if (item->source == CONF_FILE &&
		    !value_check(conf_key_at(i), item->value))
			return fault(EXIT_CONF, "%s:%d: %s: %s", conf->name,
			    item->line, conf_key_at(i)->name, fault_text());
	}
	return true;
}

/* There is no file PATH: is that meant so? */
static bool
may_be_missing(const char *path)
{
	char *copy = strdup(path);
	const char *dir;
	bool ok;

	if (copy == NULL)
		return fault_memory();
	dir = dirname(copy);
	ok = !file_is_lost(path) && !file_is_lost(dir);
	if (!ok)
		fault(EXIT_CONF, "%s: a symbolic link that leads nowhere",
		    file_is_lost(path) ? path : dir);
	free(copy);
	return ok;
}

bool
conf_read(const char *path, struct buf *text)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT
			   ? may_be_missing(path)
			   : fault(errno == EACCES ? EXIT_LOCAL : EXIT_CONF,
				 "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fault(EXIT_CONF, "%s: not a regular file", path);
	if (st.st_size == 0 || file_read(path, text))
		return true;
	return fault_code() == EXIT_LOCAL
		   ? false
		   : fault(EXIT_CONF, "%s", fault_text());
}

void
conf_free(struct conf *conf)
{
	if (conf == NULL)
		return;
	for (size_t i = 0; conf->items != NULL && i < conf_count(); i++)
		free(conf->items[i].value);
	free(conf->items);
	free(conf->keys);
	free(conf->profile_name);
	free(conf->name);
	free(conf);
}

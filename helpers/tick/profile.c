/* profile.c: the profiles that a command is about, and what it needs to know of
 * each.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "exit.h"
#include "fault.h"
#include "profile.h"

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The COUNT names in NAMES, each once, sorted. What is no name is in none of
 * OUT: it is printed as it is. */
static bool
take_names(char *const *names, size_t count, struct conf_names *out)
{
	const char *own = getenv("CERTCYCLE_PROFILE");
	char *sole =
	    (char *)(own != NULL && own[0] != '\0' ? own
						   : CONF_DEFAULT_PROFILE);

	if (count == 0) {
		names = &sole;
		count = 1;
	}
	out->item = calloc(count, sizeof *out->item);
	if (out->item == NULL)
		return fault_memory();
	for (size_t i = 0; i < count; i++) {
		if (!conf_check_profile(names[i]))
			return false;
		out->item[i] = strdup(names[i]);
		if (out->item[i] == NULL)
			return fault_memory();
		out->count++;
	}
	qsort(out->item, count, sizeof *out->item, by_bytes);
	out->count = 1;
	for (size_t i = 1; i < count; i++)
		if (strcmp(out->item[i], out->item[out->count - 1]) != 0)
			out->item[out->count++] = out->item[i];
		else
			free(out->item[i]);
	return true;
}

/* What CONF says, which has been checked; an empty value is none. */
static bool
get_window(const struct conf *conf, const char *key, struct window *window)
{
	const char *value = conf_get(conf, key);

	return value[0] == '\0' || window_parse(value, window);
}

static bool
get_span(const struct conf *conf, const char *key, int64_t *span)
{
	const char *value = conf_get(conf, key);

	return value[0] == '\0' || span_parse(value, span);
}

static bool
get_path(const struct conf *conf, const char *key, char **path)
{
	const char *value = conf_get(conf, key);

	if (value[0] == '\0')
		return fault(EXIT_CONF, "%s: empty", key);
	*path = strdup(value);
	return *path != NULL || fault_memory();
}

static bool
take_values(struct profile *profile, const struct conf *conf)
{
	return get_path(conf, "state.path", &profile->state) &&
	       get_window(conf, "certificate.validity.minimum_duration",
		   &profile->window) &&
	       get_window(conf, "renewal.spread", &profile->spread) &&
	       get_span(
		   conf, "renewal.retry.initial_interval", &profile->first) &&
	       get_span(
		   conf, "renewal.retry.maximum_interval", &profile->longest) &&
	       get_path(conf, "device.cert_path", &profile->cert);
}

static void
spoil(struct profile *profile, int code, char *why)
{
	free(profile->cert);
	profile->cert = NULL;
	profile->wrong = why;
	profile->code = code;
}

/* Loads PROFILE, the INDEXth; one that is wrong is no failure. OWN gets its
 * files, unless it is NULL. */
static bool
load(const struct conf_base *base, struct profile *profile, size_t index,
    struct conf_own *own)
{
	struct conf *conf = NULL;
	bool ok = true;
	char *why;

	if (!conf_profile(base, profile->name, &conf) ||
	    !take_values(profile, conf)) {
		why = strdup(fault_text());
		spoil(profile, fault_code(), why);
		ok = why != NULL || fault_memory();
	} else if (own != NULL) {
		ok = conf_own_add(own, index, conf);
	}
	conf_free(conf);
	return ok;
}

/* No two may name the same file. */
static bool
part(struct profiles *profiles, struct conf_own *own)
{
	char **why = calloc(profiles->names.count, sizeof *why);
	bool ok = why != NULL ? conf_own_check(own, &profiles->names, why)
			      : fault_memory();

	for (size_t i = 0; ok && i < profiles->names.count; i++)
		if (why[i] != NULL)
			spoil(&profiles->item[i], EXIT_CONF, why[i]);
	free(why);
	return ok;
}

static bool
load_all(const struct conf_base *base, struct profiles *profiles)
{
	size_t count = profiles->names.count;
	struct conf_own own = { 0 };
	bool ok;

	profiles->item = calloc(count + 1, sizeof *profiles->item);
	ok = profiles->item != NULL || fault_memory();
	for (size_t i = 0; ok && i < count; i++) {
		profiles->item[i].name = profiles->names.item[i];
		ok = load(base, &profiles->item[i], i, count > 1 ? &own : NULL);
	}
	if (ok && count > 1)
		ok = part(profiles, &own);
	conf_own_free(&own);
	return ok;
}

bool
profiles_load(const char *dir, bool all, char *const *names, size_t count,
    struct profiles *profiles)
{
	struct conf_base *base;
	bool ok;

	*profiles = (struct profiles){ 0 };
	if (!conf_open(dir, NULL, 0, &base))
		return false;
	ok = (all ? conf_profiles(base, &profiles->names)
		  : take_names(names, count, &profiles->names)) &&
	     load_all(base, profiles);
	conf_close(base);
	return ok;
}

void
profiles_free(struct profiles *profiles)
{
	for (size_t i = 0; profiles->item != NULL && i < profiles->names.count;
	     i++) {
		free(profiles->item[i].cert);
		free(profiles->item[i].state);
		free(profiles->item[i].wrong);
	}
	free(profiles->item);
	conf_names_free(&profiles->names);
	*profiles = (struct profiles){ 0 };
}

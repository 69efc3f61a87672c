/* found.c: what the watcher has found, and for the end what it has seen: a
 * secret may be shown before anybody knows that it is one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "found.h"
#include "secret.h"

enum { BUCKETS = 1 << 14 };

/* A string that was seen, once however often that was. */
struct seen {
	struct seen *next;
	struct branch who;
	const char *where;
	char text[];
};

static struct seen *buckets[BUCKETS];
static char **tests;
static int test_count;
static char **lines;
static size_t line_count;

static void *
more(void *list, size_t count, size_t size)
{
	list = reallocarray(list, count + 1, size);
	if (list == NULL)
		abort();
	return list;
}

static char *
copy(const char *text)
{
	char *made = strdup(text);

	if (made == NULL)
		abort();
	return made;
}

int
found_test(const char *name)
{
	for (int i = 0; i < test_count; i++)
		if (strcmp(tests[i], name) == 0)
			return i + 1;
	tests = more(tests, (size_t)test_count, sizeof *tests);
	tests[test_count++] = copy(name);
	return test_count;
}

void
found_add(const struct branch *who, const char *what, const char *where)
{
	char *line = NULL;

	if (asprintf(&line, "%s: %s: %s in %s",
		who->test > 0 ? tests[who->test - 1] : "-",
		who->name != NULL ? who->name : "?", what, where) < 0)
		abort();
	for (size_t i = 0; i < line_count; i++)
		if (strcmp(lines[i], line) == 0) {
			free(line);
			return;
		}
	lines = more(lines, line_count, sizeof *lines);
	lines[line_count++] = line;
}

/* TEXT is seen, for the first time or again. */
static void
remember(const struct branch *who, const char *text, const char *where)
{
	size_t size = strlen(text) + 1;
	uint32_t hash = 5381;
	struct seen *seen;

	for (const char *at = text; *at != '\0'; at++)
		hash = hash * 33 + (unsigned char)*at;
	hash %= BUCKETS;
	for (seen = buckets[hash]; seen != NULL; seen = seen->next)
		if (strcmp(seen->text, text) == 0)
			return;
	seen = malloc(sizeof *seen + size);
	if (seen == NULL)
		abort();
	*seen =
	    (struct seen){ .next = buckets[hash], .who = *who, .where = where };
	memcpy(seen->text, text, size);
	buckets[hash] = seen;
}

static void
look(const struct branch *who, const char *text, const char *where)
{
	const char *what = secret_in(text, strlen(text));

	if (what != NULL)
		found_add(who, what, where);
}

void
found_string(const struct branch *who, const char *text, const char *where)
{
	look(who, text, where);
	remember(who, text, where);
}

size_t
found_report(FILE *out)
{
	for (int i = 0; i < BUCKETS; i++)
		for (struct seen *s = buckets[i]; s != NULL; s = s->next)
			look(&s->who, s->text, s->where);
	for (size_t i = 0; i < line_count; i++)
		fprintf(out, "finding: %s\n", lines[i]);
	return line_count;
}

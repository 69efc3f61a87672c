/* secret.c: what must not be seen.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "secret.h"

/* words are found by their first four bytes, for there are thousands */
enum { BUCKETS = 1 << 16, HEAD = 4, SHORTEST = 8, FILE_MOST = 1 << 16 };

struct word {
	struct word *next;
	const char *kind;
	size_t len;
	char text[];
};

static struct word *buckets[BUCKETS];
static size_t count;

static struct word **
bucket_of(const void *text)
{
	uint32_t head;

	memcpy(&head, text, HEAD);
	return &buckets[(head * 2654435761U) >> 16];
}

/* The word that the LEN bytes at TEXT begin with. */
static const struct word *
word_at(const char *text, size_t len)
{
	const struct word *word = *bucket_of(text);

	while (word != NULL &&
	       (word->len > len || memcmp(word->text, text, word->len) != 0))
		word = word->next;
	return word;
}

void
secret_learn(const void *text, size_t len, const char *kind)
{
	const struct word *known;
	struct word **bucket;
	struct word *word;

	if (len < SHORTEST)
		return;
	known = word_at(text, len);
	if (known != NULL && known->len == len)
		return;
	word = malloc(sizeof *word + len);
	if (word == NULL)
		abort();
	bucket = bucket_of(text);
	*word = (struct word){ .next = *bucket, .kind = kind, .len = len };
	memcpy(word->text, text, len);
	*bucket = word;
	count++;
}

size_t
secret_count(void)
{
	return count;
}

static bool
in_base64(char c)
{
	return isalnum((unsigned char)c) || c == '+' || c == '/' || c == '=';
}

/* How many bytes from TEXT on are of base64, or of its form for URLs. */
static size_t
run_of(const char *text, const char *end, bool url)
{
	const char *at = text;

	while (at < end &&
	       (url ? isalnum((unsigned char)*at) || *at == '-' || *at == '_'
		    : in_base64(*at)))
		at++;
	return (size_t)(at - text);
}

/* Where the base64 of the next private key in PEM begins; NULL: there is none.
 * An old one that is encrypted has headers first, and counts without. */
static const char *
key_in(const char *data, const char *end)
{
	static const char mark[] = "PRIVATE KEY-----";
	const char *at = data;

	while ((at = memmem(at, (size_t)(end - at), mark, sizeof mark - 1)) !=
	       NULL) {
		at += sizeof mark - 1;
		while (at < end && (*at == '\n' || *at == '\r' || *at == ' '))
			at++;
		if (run_of(at, end, false) >= 32)
			return at;
	}
	return NULL;
}

void
secret_learn_keys(const char *data, size_t len)
{
	const char *end = data + len;
	const char *at = data;

	while ((at = key_in(at, end)) != NULL)
		for (int line = 0; line < 2 && at < end; line++) {
			size_t run = run_of(at, end, false);

			if (run >= 32)
				secret_learn(at, run, "private key");
			at += run + (at + run < end);
		}
}

/* The three parts of a JWT, each of some length. */
static bool
jwt_in(const char *data, const char *end)
{
	const char *at = data;

	while ((at = memmem(at, (size_t)(end - at), "eyJ", 3)) != NULL) {
		int parts = 0;

		for (;;) {
			size_t run = run_of(at, end, true);

			at += run;
			if (run < 8)
				break;
			parts++;
			if (parts == 3 || at == end || *at != '.')
				break;
			at++;
		}
		if (parts == 3)
			return true;
		if (at < end)
			at++;
	}
	return false;
}

/* A header that logs in. */
static bool
login_in(const char *data, const char *end)
{
	static const char name[] = "uthorization: ";
	static const char *const schemes[] = { "Basic ", "Bearer ",
		"Digest username" };
	const char *at = data;

	while ((at = memmem(at, (size_t)(end - at), name, sizeof name - 1)) !=
	       NULL) {
		at += sizeof name - 1;
		for (size_t i = 0; i < sizeof schemes / sizeof schemes[0];
		     i++) {
			size_t len = strlen(schemes[i]);

			if ((size_t)(end - at) > len &&
			    strncasecmp(at, schemes[i], len) == 0 &&
			    in_base64(at[len]))
				return true;
		}
	}
	return false;
}

/* Is it told to whoever is to register the device, where nobody gave one and
 * certcycle enroll made it? TEXT begins where it may be said before AT. */
static bool
is_told(const char *text, const char *at)
{
	static const char *const words[] = { "with the one-time password ",
		"&one-time-password=" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		size_t len = strlen(words[i]);

		if ((size_t)(at - text) >= len &&
		    memcmp(at - len, words[i], len) == 0)
			return true;
	}
	return false;
}

const char *
secret_in(const void *data, size_t len)
{
	const char *text = data;
	const char *end = text + len;

	if (len < SHORTEST)
		return NULL;
	for (const char *at = text; at + SHORTEST <= end; at++) {
		const struct word *word;

		if (*bucket_of(at) == NULL)
			continue;
		word = word_at(at, (size_t)(end - at));
		if (word != NULL && !is_told(text, at))
			return word->kind;
	}
	if (key_in(text, end) != NULL)
		return "private key";
	if (jwt_in(text, end))
		return "token";
	return login_in(text, end) ? "login" : NULL;
}

/* What stands behind each "password" of a netrc. */
static bool
learn_netrc(const char *text)
{
	static const char mark[] = "password ";
	const char *at = text;
	bool found = false;

	if (strstr(text, "machine ") == NULL)
		return false;
	while ((at = strstr(at, mark)) != NULL) {
		at += sizeof mark - 1;
		secret_learn(at, strcspn(at, " \t\r\n"), "password");
		found = true;
	}
	return found;
}

void
secret_learn_file(const char *path, const char *kind)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;
	struct stat st;
	ssize_t len;

	/* what can be read once only is for whoever it is meant for */
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		goto out;
	text = malloc(FILE_MOST);
	if (text == NULL || (len = read(fd, text, FILE_MOST - 1)) <= 0)
		goto out;
	text[len] = '\0';
	if (strstr(text, "PRIVATE KEY-----") != NULL)
		secret_learn_keys(text, (size_t)len);
	else if (!learn_netrc(text))
		secret_learn(text, strcspn(text, "\r\n"), kind);
out:
	free(text);
	if (fd >= 0)
		close(fd);
}

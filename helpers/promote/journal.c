/* journal.c: what is written down before several files change together.
 *
 * A journal is a header and five records for each exchange: what the new file
 * holds, what the former one holds, the name of the one, the name of the other,
 * and how. The last record is the digest of all before it. Each record ends with a NUL:
 * a name may hold any other byte.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "journal.h"

/* with its NUL */
static const char header[] = "certcycle journal 1";
static const char over[] = "overwrite";
static const char rename_it[] = "rename";
enum { SEAL = DIGEST_TEXT + 1 };

char *
journal_name(const char *active)
{
	return file_suffixed(active, ".journal");
}

static bool
print_digest(const struct digest *digest, struct buf *out)
{
	return digest_print(digest, out) && buf_add(out, "", 1);
}

bool
journal_print(const struct journal *journal, struct buf *out)
{
	size_t start = out->len;
	struct digest seal;

	if (!buf_add(out, header, sizeof header))
		return false;
	for (size_t i = 0; i < journal->count; i++) {
		const struct exchange *one = &journal->exchange[i];

		if (!print_digest(&one->new, out) ||
		    !print_digest(&one->former, out) ||
		    !buf_add(out, one->from, strlen(one->from) + 1) ||
		    !buf_add(out, one->to, strlen(one->to) + 1) ||
		    !buf_add(out, one->over ? over : rename_it,
			(one->over ? sizeof over : sizeof rename_it)))
			return false;
	}
	return digest_bytes(out->data + start, out->len - start, &seal) &&
	       print_digest(&seal, out);
}

/* Takes one record from the LEN bytes at AT; NULL where there is none. */
static const char *
next_record(const char **at, size_t *len)
{
	const char *record = *at;
	const char *end = memchr(record, '\0', *len);

	if (end == NULL)
		return NULL;
	*len -= (size_t)(end + 1 - record);
	*at = end + 1;
	return record;
}

static bool
take_name(const char *record, char **name)
{
	if (record == NULL || record[0] != '/')
		return false;
	*name = strdup(record);
	return *name != NULL;
}

static bool
take_digest(const char *record, struct digest *digest)
{
	return record != NULL && digest_parse(record, digest);
}

static bool
take_way(const char *record, bool *is_over)
{
	*is_over = record != NULL && strcmp(record, over) == 0;
	return *is_over || (record != NULL && strcmp(record, rename_it) == 0);
}

static bool
take_exchange(const char **at, size_t *len, struct exchange *one)
{
	return take_digest(next_record(at, len), &one->new) &&
	       one->new.there &&take_digest(
		   next_record(at, len), &one->former) &&
	       take_name(next_record(at, len), &one->from) &&
	       take_name(next_record(at, len), &one->to) &&
	       strcmp(one->from, one->to) != 0 &&
	       take_way(next_record(at, len), &one->over);
}

/* Could the LEN bytes be what is left of a journal? A power cut may leave its
 * size without its bytes. */
static bool
is_torn(const char *data, size_t len)
{
	size_t most = len < sizeof header ? len : sizeof header;

	return len == 0 || data[0] == '\0' || memcmp(data, header, most) == 0;
}

/* Is the digest of all before it the last record? */
static bool
is_sealed(const char *data, size_t len, bool *sealed)
{
	struct digest seal;
	struct digest is;

	*sealed = len > sizeof header + SEAL && data[len - 1] == '\0' &&
		  data[len - SEAL - 1] == '\0' &&
		  memcmp(data, header, sizeof header) == 0 &&
		  digest_parse(data + len - SEAL, &seal);
	if (!*sealed)
		return true;
	if (!digest_bytes(data, len - SEAL, &is))
		return false;
	*sealed = digest_same(&seal, &is);
	return true;
}

static bool
take_all(const char *at, size_t len, struct journal *journal)
{
	while (len > 0) {
		if (journal->count == JOURNAL_MOST ||
		    !take_exchange(
			&at, &len, &journal->exchange[journal->count++]))
			return false;
	}
	return true;
}

bool
journal_parse(const void *data, size_t len, const char *name,
    struct journal *journal, enum journal_state *state)
{
	const char *text = data;
	bool sealed;

	*journal = (struct journal){ .count = 0 };
	*state = JOURNAL_TORN;
	if (!is_sealed(text, len, &sealed))
		return false;
	if (!sealed && is_torn(text, len))
		return true;
	if (!sealed)
		return fault(EXIT_DATA,
		    "%s: no journal of cert-promote, but in its place: move it "
		    "away",
		    name);
	if (take_all(
		text + sizeof header, len - sizeof header - SEAL, journal)) {
		*state = JOURNAL_WHOLE;
		return true;
	}
	journal_free(journal);
	return fault(
	    EXIT_DATA, "%s: not a journal that this version can read", name);
}

/* Who can write a journal decides what is renamed. */
static bool
check_owner(int fd, const char *name)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fault_local(name);
	if (S_ISREG(st.st_mode) && (st.st_mode & 022) == 0 &&
	    st.st_nlink == 1 && (st.st_uid == geteuid() || st.st_uid == 0))
		return true;
	return fault(EXIT_DATA,
	    "%s: not a file that only its owner can write, or not this user's: "
	    "not believed",
	    name);
}

bool
journal_read(
    const char *name, struct journal *journal, enum journal_state *state)
{
	int fd = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct buf text = { 0 };
	bool ok;

	*journal = (struct journal){ .count = 0 };
	*state = JOURNAL_NONE;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return true;
	if (fd < 0)
		return fault_local(name);
	ok = check_owner(fd, name) && file_read_fd(fd, name, &text) &&
	     journal_parse(buf_text(&text), text.len, name, journal, state);
	buf_free(&text);
	close(fd);
	return ok;
}

bool
journal_write(const struct journal *journal, const char *name)
{
	struct buf text = { 0 };
	bool ok = journal_print(journal, &text) &&
		  file_replace(name, 0600, text.data, text.len);

	buf_free(&text);
	return ok;
}

bool
journal_end(const char *name)
{
	char *part = file_suffixed(name, ".part");
	bool ok = true;

	if (part == NULL)
		return fault_memory();
	unlink(part);
	free(part);
	if (access(name, F_OK) == 0)
		ok = (unlink(name) == 0 || fault_local(name)) &&
		     file_sync_dir(name);
	return ok;
}

void
journal_free(struct journal *journal)
{
	for (size_t i = 0; i < journal->count; i++) {
		free(journal->exchange[i].from);
		free(journal->exchange[i].to);
	}
	*journal = (struct journal){ .count = 0 };
}

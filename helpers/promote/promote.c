/* promote.c: a candidate becomes the active certificate, and the way back.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "change.h"
#include "digest.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "former.h"
#include "move.h"
#include "pair.h"
#include "path.h"
#include "pkcs11.h"
#include "promote.h"
#include "x509.h"

/* Gives NEW owner, group and mode of ACTIVE, or those of WANT. Where it replaces
 * nothing, all may read it: a certificate is public. */
static bool
adopt(const char *new, const char *active, const struct promotion *want)
{
	struct stat st;

	if (stat(active, &st) != 0) {
		if (errno != ENOENT)
			return fault_local(active);
		if (stat(new, &st) != 0)
			return fault_local(new);
		st.st_mode = 0644;
	}
	return move_adopt(new, want->uid >= 0 ? (uid_t)want->uid : st.st_uid,
	    want->gid >= 0 ? (gid_t)want->gid : st.st_gid,
	    want->mode >= 0 ? (mode_t)want->mode : st.st_mode);
}

/* A key that others can read is none. */
static bool
is_private(const char *key, const struct stat *st)
{
	return (st->st_mode & 07) == 0 ||
	       fault(EXIT_LOCAL,
		   "%s: others can use it (mode %03o), and this stays so for "
		   "no key: chmod o= first",
		   key, (unsigned)st->st_mode & 0777);
}

/* The same for a key, which is the more careful of the two. */
static bool
adopt_key(const char *new, const char *key)
{
	struct stat st;

	if (stat(new, &st) != 0)
		return fault_errno(new);
	if (!is_private(new, &st))
		return false;
	if (stat(key, &st) == 0)
		return is_private(key, &st) &&
		       move_adopt(new, st.st_uid, st.st_gid, st.st_mode);
	if (errno != ENOENT)
		return fault_local(key);
	return move_adopt(new, st.st_uid, st.st_gid, 0600);
}

static bool
apart(const char *a, const char *b)
{
	return !path_same(a, b) ||
	       fault(EXIT_DATA, "%s and %s are the same file", a, b);
}

/* Both files are for each other; each takes its place, together. */
static bool
swap_pair(const struct promotion *want, const char *new, const char *new_key)
{
	char *key = path_real(want->key.name);
	struct change first = { new_key, key };
	struct change second = { new, want->active };
	bool ok = (key != NULL || fault_memory()) && apart(new_key, key) &&
		  apart(new, want->active) && apart(new, new_key) &&
		  apart(key, want->active) && apart(new, key) &&
		  apart(new_key, want->active) && adopt_key(new_key, key) &&
		  adopt(new, want->active, want) &&
		  change_both(&first, &second, want->keep);

	free(key);
	return ok;
}

static bool
swap_one(const struct promotion *want, const char *new)
{
	struct change change = { new, want->active };

	return apart(new, want->active) && adopt(new, want->active, want) &&
	       change_one(&change, want->keep);
}

/* Are CERT and the key in NAME a pair? A file may hold a key, or refer to one
 * on a token, and what is renamed is the file. */
static bool
is_pair(const struct promotion *want, const char *cert, const char *name)
{
	const char *secret = want->key.passphrase;
	struct key_place place = { .name = name };
	struct buf text = { 0 };
	bool ok = (secret == NULL || buf_add(&text, secret, strlen(secret))) &&
		  key_follow(&place, &text) && pair_check(cert, &place);

	buf_free(&text);
	return ok;
}

/* Is NEW a certificate, and for its key where one is given? */
static bool
check_candidate(const struct promotion *want)
{
	struct x509_list list;

	if (want->key.name != NULL)
		return is_pair(want, want->new,
		    want->new_key != NULL ? want->new_key : want->key.name);
	if (!x509_read(want->new, &list))
		return false;
	x509_free(&list);
	return true;
}

/* Whoever comes next sees that a change was begun here. */
static bool
leave_mark(const struct promotion *want)
{
	struct stat st;

	return want->mark == NULL || lstat(want->mark, &st) == 0 ||
	       file_create(want->mark, 0600, "", 0);
}

/* Did the run before this one, which was cut off, want what this one wants? */
static bool
is_done(const struct promotion *want, const char *finished)
{
	char *path = path_absolute(want->new);
	struct stat st;
	bool yes = path != NULL && finished != NULL &&
		   strcmp(path, finished) == 0 && lstat(path, &st) != 0;

	free(path);
	return yes;
}

bool
promote(const struct promotion *want)
{
	char *finished = NULL;
	bool done;

	if (!change_recover(want->active, want->keep, &finished))
		return false;
	done = is_done(want, finished);
	free(finished);
	if (done)
		return true;
	if (!check_candidate(want) || !leave_mark(want))
		return false;
	return want->new_key != NULL ? swap_pair(want, want->new, want->new_key)
				     : swap_one(want, want->new);
}

bool
promote_recover(const char *active, int keep)
{
	char *finished = NULL;
	bool ok = change_recover(active, keep, &finished);

	free(finished);
	return ok;
}

/* Which key is the certificate in PATH for? */
static bool
key_id_of(const char *path, struct key_id *id)
{
	struct x509_list list;
	bool ok;

	if (!x509_read(path, &list))
		return false;
	ok = x509_key_id(list.crt[0], id);
	x509_free(&list);
	return ok;
}

/* Without a word on the key, a former certificate for another key is no way
 * back; but anything is better than an ACTIVE that is no certificate. */
static bool
roll_back_one(const struct promotion *want, const char *old)
{
	struct key_id of_old;
	struct key_id of_active;

	if (want->key.name != NULL)
		return swap_one(want, old);
	if (!key_id_of(old, &of_old))
		return false;
	if (key_id_of(want->active, &of_active) &&
	    !key_id_same(&of_old, &of_active))
		return fault(EXIT_DATA,
		    "%s: is for another key than %s: --key=KEY goes back with "
		    "it",
		    old, want->active);
	return swap_one(want, old);
}

static bool
is_on_token(const char *name)
{
	struct key_place place = { .name = name };
	struct buf text = { 0 };
	bool yes = key_follow(&place, &text) && pkcs11_is_uri(place.name);

	buf_free(&text);
	return yes;
}

/* OLD is for KEY, or KEY's former one is taken back with it. A token that failed
 * is not asked for the former one: it may count wrong PINs. */
static bool
roll_back_to(const struct promotion *want, const char *old)
{
	char *key = NULL;
	char *old_key = NULL;
	struct stat st;
	bool failed;
	bool ok = false;

	if (want->key.name == NULL || is_pair(want, old, want->key.name))
		return roll_back_one(want, old);
	failed = fault_code() == EXIT_LOCAL;
	key = path_real(want->key.name);
	old_key = key != NULL ? former_name(key, 1) : NULL;
	if (old_key == NULL) {
		fault_memory();
		goto out;
	}
	ok = lstat(old_key, &st) == 0 && !(failed && is_on_token(old_key)) &&
	     is_pair(want, old, old_key) && swap_pair(want, old, old_key);
out:
	free(old_key);
	free(key);
	return ok;
}

bool
promote_back(const struct promotion *want)
{
	char *old = NULL;
	struct stat st;
	bool ok = false;

	if (!promote_recover(want->active, want->keep))
		return false;
	old = former_name(want->active, 1);
	if (old == NULL)
		return fault_memory();
	if (lstat(old, &st) != 0)
		fault(
		    EXIT_DATA, "%s: is not there: nothing to go back to", old);
	else if (digest_same_files(old, want->active))
		fault(EXIT_DATA,
		    "%s: is what %s is already: nothing to go back to", old,
		    want->active);
	else
		ok = leave_mark(want) && roll_back_to(want, old);
	free(old);
	return ok;
}

/* ask.c: what can be asked of a certificate, and the answers.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "exit.h"
#include "facts.h"
#include "fault.h"
#include "msg.h"
#include "spread.h"

struct ask_with {
	struct buf passphrase;
	struct key_id key;
	struct x509_list subject;
	time_t earlier;
	gnutls_x509_trust_list_t anchors;
	struct revocation revoked;
};

bool
ask_anything(const struct ask *ask)
{
	return ask->due || ask->valid || ask->clock || ask->key.name != NULL ||
	       ask->subject != NULL || ask->cn != NULL ||
	       ask->earlier != NULL || ask->anchors != NULL ||
	       ask->revoked != NULL || ask->purpose != PURPOSE_ANY;
}

static bool
prepare_key(struct ask *ask)
{
	gnutls_privkey_t key = NULL;
	bool ok;

	if (ask->key.name == NULL)
		return true;
	ok = key_unlock(&ask->key, ask->passphrase, &ask->with->passphrase) &&
	     key_read(&ask->key, &key) && key_get_id(key, &ask->with->key);
	key_free(key);
	return ok;
}

static bool
is_early(const struct ask *ask, time_t from)
{
	return ask->now + SPAN_SKEW < from;
}

static bool
early(const char *name)
{
	return fault(
	    EXIT_CLOCK, "%s: not valid yet: the clock is behind", name);
}

/* Reads the first certificate of PATH, which is in use. */
static bool
read_other(const struct ask *ask, const char *path, struct x509_list *other)
{
	time_t from;

	if (!x509_read(path, other))
		return false;
	from = gnutls_x509_crt_get_activation_time(other->crt[0]);
	if (is_early(ask, from) &&
	    (ask->due || ask->valid || ask->clock || ask->anchors != NULL ||
		ask->revoked != NULL))
		return early(path);
	return true;
}

bool
ask_prepare(struct ask *ask)
{
	struct ask_with *with = calloc(1, sizeof *with);
	struct x509_list other = { 0 };
	bool ok = true;

	ask->with = with;
	if (with == NULL)
		return fault_memory();
	if (!prepare_key(ask) ||
	    (ask->subject != NULL &&
		!read_other(ask, ask->subject, &with->subject)))
		return false;
	if (ask->earlier != NULL) {
		ok = read_other(ask, ask->earlier, &other);
		if (ok)
			with->earlier =
			    gnutls_x509_crt_get_expiration_time(other.crt[0]);
		x509_free(&other);
	}
	ok = ok &&
	     (ask->anchors == NULL ||
		 x509_read_anchors(ask->anchors, &with->anchors)) &&
	     (ask->revoked == NULL ||
		 revocation_read(ask->revoked, &with->revoked));
	if (ok && ask->anchors != NULL && ask->revoked != NULL)
		ok = revocation_trust(&with->revoked, with->anchors);
	return ok;
}

/* Tells, in printf's form, why an answer is no; returns that answer. */
static bool __attribute__((format(printf, 2, 3)))
no(const struct ask *ask, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return false;
	(ask->quiet ? msg_trace : msg_warn)("%s", text);
	free(text);
	return false;
}

/* The latest fault, of the certificate in the file that is asked about. */
static bool
fault_of(const struct ask_about *about)
{
	return fault(fault_code(), "%s: %s", about->name, fault_text());
}

static bool
match(const struct ask *ask, const struct ask_about *about, bool *yes)
{
	struct key_id ours;

	if (!x509_key_id(about->chain.crt[0], &ours))
		return fault_of(about);
	if (!key_id_same(&ours, &ask->with->key))
		*yes = no(ask, "%s: not for the key in %s", about->name,
		    ask->key.name);
	return true;
}

static bool
same_subject(const struct ask *ask, const struct ask_about *about, bool *yes)
{
	bool same;

	if (!x509_same_subject(
		about->chain.crt[0], ask->with->subject.crt[0], &same))
		return fault_of(about);
	if (!same)
		*yes = no(ask, "%s: another subject than %s", about->name,
		    ask->subject);
	return true;
}

static bool
named(const struct ask *ask, const struct ask_about *about, bool *yes)
{
	struct buf cn = { 0 };

	if (!x509_common_name(about->chain.crt[0], &cn))
		return fault_of(about);
	if (cn.len != strlen(ask->cn) || memcmp(cn.data, ask->cn, cn.len) != 0)
		*yes = no(ask, "%s: its common name is %s, not %s", about->name,
		    buf_text(&cn), ask->cn);
	buf_free(&cn);
	return true;
}

static bool
later(const struct ask *ask, const struct ask_about *about, bool *yes)
{
	if (gnutls_x509_crt_get_expiration_time(about->chain.crt[0]) <=
	    ask->with->earlier)
		*yes = no(ask, "%s: does not run longer than %s", about->name,
		    ask->earlier);
	return true;
}

static bool
trusted(const struct ask *ask, const struct ask_about *about, bool *yes)
{
	struct buf why = { 0 };
	bool is;
	bool ok = x509_trusted(
	    &about->chain, ask->with->anchors, ask->now, &is, &why);

	if (ok && !is)
		*yes = no(ask, "%s: %s", about->name, buf_text(&why));
	buf_free(&why);
	return ok || fault_of(about);
}

/* The subject of the certificate at INDEX of the chain. */
static const char *
who(const struct ask_about *about, unsigned index, struct buf *out)
{
	if (!facts_subject(about->chain.crt[index], out) || out->len == 0)
		return "one without a subject";
	return buf_text(out);
}

static bool
revoked(const struct ask *ask, const struct ask_about *about, bool *yes)
{
	struct buf name = { 0 };
	unsigned by = 0;
	bool is;

	if (!revocation_ask(
		&ask->with->revoked, &about->chain, ask->now, &is, &by))
		return fault_of(about);
	if (is && by == 0)
		*yes = no(ask, "%s: revoked", about->name);
	else if (is)
		*yes = no(ask, "%s: its issuer %s is revoked", about->name,
		    who(about, by, &name));
	buf_free(&name);
	return true;
}

static bool
usable(const struct ask *ask, const struct ask_about *about, bool *yes)
{
	bool fits;

	if (!purpose_fits(about->chain.crt[0], ask->purpose, &fits))
		return fault_of(about);
	if (!fits)
		*yes = no(ask, "%s: not for use as %s", about->name,
		    purpose_name(ask->purpose));
	return true;
}

static bool
valid(const struct ask *ask, const struct ask_about *about, bool *yes)
{
	const struct life *life = &about->life;
	struct buf name = { 0 };

	if (ask->now > life->until && life->ends_first > 0)
		*yes = no(ask, "%s: its issuer %s expired", about->name,
		    who(about, life->ends_first, &name));
	else if (ask->now > life->until)
		*yes = no(ask, "%s: expired", about->name);
	else if (is_early(ask, life->newest))
		*yes = no(ask, "%s: not valid yet", about->name);
	buf_free(&name);
	return true;
}

time_t
ask_due_from(const struct ask *ask, const struct ask_about *about)
{
	int share = 0;

	if (ask->spread.seconds > 0 || ask->spread.percent > 0)
		share = spread_share(about->chain.crt[0]);
	return spread_start(&ask->window, &ask->spread, share, &about->life);
}

/* A certificate in use that seems to be from the future was issued by a clock
 * that is right: then this one is not. */
bool
ask_not_early(const struct ask *ask, const struct ask_about *about)
{
	return !is_early(ask, about->life.newest) || early(about->name);
}

bool
ask_tell_chain(const struct ask *ask, const struct ask_about *about)
{
	const struct life *life = &about->life;
	struct buf name = { 0 };
	struct buf date = { 0 };
	bool ok;

	if (life->ends_first == 0)
		return true;
	ok = facts_date(life->until, &date);
	if (ok)
		no(ask, "%s: its issuer %s ends first, on %s", about->name,
		    who(about, life->ends_first, &name), buf_text(&date));
	buf_free(&name);
	buf_free(&date);
	return ok;
}

static bool
due(const struct ask *ask, const struct ask_about *about, bool *yes)
{
	time_t start = ask_due_from(ask, about);

	if (!ask_not_early(ask, about))
		return false;
	if (ask->now >= start)
		return ask_tell_chain(ask, about);
	*yes = false;
	msg_trace(
	    "%s: due in %lld s", about->name, (long long)(start - ask->now));
	return true;
}

bool
ask_all(const struct ask *ask, const struct ask_about *about, bool *yes)
{
	*yes = true;
	return (ask->key.name == NULL || match(ask, about, yes)) &&
	       (ask->subject == NULL || same_subject(ask, about, yes)) &&
	       (ask->cn == NULL || named(ask, about, yes)) &&
	       (ask->earlier == NULL || later(ask, about, yes)) &&
	       (ask->purpose == PURPOSE_ANY || usable(ask, about, yes)) &&
	       (!ask->clock || ask_not_early(ask, about)) &&
	       (!ask->valid || valid(ask, about, yes)) &&
	       (ask->anchors == NULL || trusted(ask, about, yes)) &&
	       (ask->revoked == NULL || revoked(ask, about, yes)) &&
	       (!ask->due || due(ask, about, yes));
}

void
ask_free(struct ask *ask)
{
	struct ask_with *with = ask->with;

	if (with == NULL)
		return;
	buf_free(&with->passphrase);
	x509_free(&with->subject);
	x509_free_anchors(with->anchors);
	revocation_free(&with->revoked);
	free(with);
	ask->with = NULL;
}

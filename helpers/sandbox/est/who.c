/* who.c: who asks the plain EST server for a certificate.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>
#include <time.h>
#include <gnutls/gnutls.h>

#include "exit.h"
#include "fault.h"
#include "sandbox/est/plain.h"
#include "sandbox/est/who.h"
#include "sandbox/http/digest.h"
#include "sandbox/http/peers.h"
#include "sandbox/state/device.h"
#include "sandbox/state/secret.h"
#include "sandbox/state/settings.h"
#include "sandbox/state/token.h"
#include "sandbox/state/trusted.h"

/* How a password is asked for, and whose it is. */
struct lookup {
	const char *name;
	struct buf password;
	enum secret_kind kind;
	bool found;
};

static bool
read_rules(struct exchange *x, struct digest_rules *rules)
{
	*rules = (struct digest_rules){ .realm = "estrealm",
		.secret = x->tenant->secret,
		.now = time(NULL) };
	return settings_number(
	    &x->tenant->store, SETTING_EST_NONCE, &rules->life);
}

/* One header a scheme: clients of the field read the first word alone. A header
 * of ulfius's is there once for each spelling of its name, which HTTP does not
 * tell apart. */
static bool
add_challenges(struct exchange *x, bool stale)
{
	struct digest_rules rules;
	struct buf sha = { 0 };
	struct buf md5 = { 0 };
	bool ok;

	ok = read_rules(x, &rules) &&
	     digest_ask(&rules, "SHA-256", stale, &sha) &&
	     digest_ask(&rules, "MD5", stale, &md5) &&
	     exchange_add_header(
		 x, "WWW-Authenticate", "Basic realm=\"estrealm\"") &&
	     exchange_add_header(x, "Www-Authenticate", buf_text(&sha)) &&
	     exchange_add_header(x, "www-authenticate", buf_text(&md5));
	buf_free(&sha);
	buf_free(&md5);
	return ok;
}

bool
who_refuse(struct exchange *x, const char *text)
{
	return add_challenges(x, false) && plain_refuse(x, 401, "%s", text);
}

/* Whose password counts depends on the setting. A device that is enrolled may
 * have its user's, as in the tenant. */
static bool
look_up(struct exchange *x, const char *name, struct lookup *lookup)
{
	static const char prefix[] = TOKEN_TENANT "/";
	struct store *store = &x->tenant->store;
	bool users;

	*lookup = (struct lookup){ .name = name, .kind = SECRET_USER };
	if (strncmp(name, prefix, sizeof prefix - 1) == 0)
		lookup->name += sizeof prefix - 1;
	if (!settings_is(store, SETTING_EST_LOGIN, "user", &users))
		return false;
	if (!users)
		lookup->kind = SECRET_ONCE;
	if (!secret_find(store, lookup->kind, lookup->name, &lookup->found,
		&lookup->password))
		return false;
	if (users || lookup->found)
		return true;
	lookup->kind = SECRET_DEVICE;
	return secret_find(store, lookup->kind, lookup->name, &lookup->found,
	    &lookup->password);
}

/* The password was right. */
static bool
take_login(struct exchange *x, const struct lookup *lookup, struct who *who)
{
	const char *id = lookup->name;

	if (lookup->kind == SECRET_USER)
		return buf_add(&x->user, id, strlen(id));
	if (lookup->kind == SECRET_DEVICE)
		id += sizeof DEVICE_USER - 1;
	return buf_add(&who->id, id, strlen(id)) &&
	       (lookup->kind == SECRET_DEVICE ||
		   buf_add(
		       &who->otp, lookup->password.data, lookup->password.len));
}

static bool
check_basic(struct exchange *x, struct who *who)
{
	const char *name = x->request->auth_basic_user;
	const char *password = x->request->auth_basic_password;
	struct lookup lookup = { .found = false };
	bool ok;

	if (name == NULL || password == NULL)
		return who_refuse(x, "This login is no Basic authentication.");
	if (!look_up(x, name, &lookup))
		return false;
	if (lookup.found && strcmp(buf_text(&lookup.password), password) == 0)
		ok = take_login(x, &lookup, who);
	else
		ok = who_refuse(x, "Name or password is wrong.");
	buf_free(&lookup.password);
	return ok;
}

static bool
judge_digest(
    struct exchange *x, const struct digest_login *login, struct who *who)
{
	enum digest_verdict verdict = DIGEST_WRONG;
	struct lookup lookup;
	struct digest_rules rules;
	bool ok;

	ok = read_rules(x, &rules) &&
	     look_up(x, buf_text(&login->part[DIGEST_NAME]), &lookup);
	if (!ok)
		return false;
	ok = digest_check(&rules, login, x->request->http_verb,
	    x->request->http_url, buf_text(&lookup.password), &verdict);
	if (ok && verdict == DIGEST_STALE && lookup.found)
		ok = add_challenges(x, true) &&
		     plain_refuse(x, 401, "The nonce is too old.");
	else if (ok && verdict == DIGEST_RIGHT && lookup.found)
		ok = take_login(x, &lookup, who);
	else if (ok)
		ok = who_refuse(x, "Name or password is wrong.");
	buf_free(&lookup.password);
	return ok;
}

static bool
check_digest(struct exchange *x, const char *text, struct who *who)
{
	struct digest_login login;
	bool ok;

	if (digest_parse(text, &login))
		ok = judge_digest(x, &login, who);
	else
		ok = fault_code() == EXIT_DATA &&
		     plain_refuse(x, 400, "%s.", fault_text());
	digest_free(&login);
	return ok;
}

static bool
check_token(struct exchange *x, const char *token, struct who *who)
{
	bool known = false;

	token += strspn(token, " ");
	if (token_check(&x->tenant->jwt, token, &who->id) &&
	    !device_is_known(&x->tenant->store, buf_text(&who->id), &known))
		return false;
	return known || who_refuse(x, "The token is not good.");
}

static bool
check_login(struct exchange *x, const char *login, struct who *who)
{
	if (strncasecmp(login, "Digest ", 7) == 0)
		return check_digest(x, login + 7, who);
	if (strncasecmp(login, "Bearer ", 7) == 0)
		return check_token(x, login + 7, who);
	return check_basic(x, who);
}

/* Is what was shown trusted? Where devices log in, it must be one of this tenant
 * too. */
static bool
judge_chain(struct exchange *x, struct who *who, bool *good)
{
	enum admission admission = ADMIT_UNTRUSTED;
	struct store *store = &x->tenant->store;
	struct buf id = { 0 };
	bool devices;
	bool registers;
	bool ok;

	/* no common name is no device, and may be trusted */
	if (!x509_common_name(who->chain.crt[0], &id))
		buf_free(&id);
	ok = settings_is(store, SETTING_EST_LOGIN, "device", &devices);
	if (ok && devices)
		ok = trusted_admit(
		    store, &who->chain, buf_text(&id), &admission);
	else if (ok)
		ok = trusted_check(store, &who->chain, &admission, &registers);
	*good = admission == ADMIT_YES;
	if (ok && *good && devices && who->id.len == 0)
		ok = buf_add(&who->id, id.data, id.len);
	buf_free(&id);
	return ok;
}

static bool
check_chain(struct exchange *x, bool logged_in, struct who *who)
{
	bool good;

	if (who->chain.count == 0)
		return true;
	if (!judge_chain(x, who, &good))
		return false;
	if (good)
		return true;
	/* a login is enough: then the certificate says nothing */
	x509_free(&who->chain);
	return logged_in ||
	       who_refuse(x, "The client certificate is not one that is "
			     "trusted here, or its device is not known.");
}

bool
who_asks(struct exchange *x, bool renewal, struct who *who)
{
	const char *login = exchange_header(x, "Authorization");
	bool anyone;

	*who = (struct who){ .chain = { NULL, 0 } };
	if (!peers_read(x, &who->chain))
		return fault_code() == EXIT_DATA &&
		       plain_refuse(x, 400, "%s.", fault_text());
	if ((login != NULL && !check_login(x, login, who)) ||
	    !check_chain(x, login != NULL, who) ||
	    !settings_is(&x->tenant->store, SETTING_EST_LOGIN, "none", &anyone))
		return false;
	return login != NULL || who->chain.count > 0 || (anyone && !renewal) ||
	       who_refuse(x, "A login or a client certificate is needed.");
}

void
who_free(struct who *who)
{
	buf_free(&who->id);
	buf_free(&who->otp);
	x509_free(&who->chain);
}

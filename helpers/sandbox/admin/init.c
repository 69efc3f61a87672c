/* init.c: makes what is missing of the tenant's state.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "key.h"
#include "sandbox/admin/order.h"
#include "sandbox/state/authority.h"
#include "sandbox/state/random.h"
#include "sandbox/state/user.h"

enum { PASSWORD_LEN = 32 };

/* Makes DIR/NAME, for its owner alone, with what MAKE adds to a buffer; one
 * that is there stays. */
static bool
make_file(
    const struct order *order, const char *name, bool (*make)(struct buf *out))
{
	struct buf path = { 0 };
	struct buf text = { 0 };
	bool ok;

	ok = buf_print(&path, "%s/%s", order->dir, name);
	if (ok && access(buf_text(&path), F_OK) != 0)
		ok = make(&text) &&
		     file_create(buf_text(&path), 0600, text.data, text.len);
	buf_free(&text);
	buf_free(&path);
	return ok;
}

static bool
make_jwt_key(struct buf *out)
{
	gnutls_privkey_t key = NULL;
	bool ok = key_generate("rsa-2048", NULL, &key, out);

	key_free(key);
	return ok;
}

/* What user_each calls: there is one. */
static bool
note_user(const struct user *user, void *data)
{
	return buf_print(data, "%s:%s\n", user->name, user->password);
}

/* A user, where there is none called NAME, and FILE with the login. */
static bool
make_login(
    struct order *order, const char *name, const char *roles, const char *file)
{
	struct buf path = { 0 };
	struct buf password = { 0 };
	struct buf login = { 0 };
	struct user user = { .name = name, .roles = roles, .enabled = true };
	bool ok;

	ok = user_each(&order->store, name, note_user, &login);
	if (ok && login.len == 0) {
		ok = random_text(PASSWORD_LEN, &password);
		user.password = buf_text(&password);
		ok = ok && user_put(&order->store, &user) &&
		     note_user(&user, &login);
	}
	ok = ok && buf_print(&path, "%s/%s", order->dir, file) &&
	     file_replace(buf_text(&path), 0600, login.data, login.len);
	buf_free(&path);
	buf_free(&password);
	buf_free(&login);
	return ok;
}

/* The tenant's CA, for a tenant that is new: its jwt.key comes next. One that was
 * removed later does not come back, and one that was put there stays. */
static bool
make_authority(struct order *order)
{
	struct buf key = { 0 };
	struct buf crt = { 0 };
	struct issuer issuer = { .key = NULL };
	bool ok;

	ok = buf_print(&key, "%s/jwt.key", order->dir) &&
	     buf_print(&crt, "%s/ca.pem", order->dir);
	if (ok && access(buf_text(&key), F_OK) != 0 &&
	    access(buf_text(&crt), F_OK) != 0)
		ok =
		    authority_create(&order->store, order->dir, false, &issuer);
	authority_close(&issuer);
	buf_free(&key);
	buf_free(&crt);
	return ok;
}

bool
run_init(struct order *order)
{
	umask(077);
	return store_create(order->dir) &&
	       store_open(order->dir, &order->store) && make_authority(order) &&
	       make_file(order, "jwt.key", make_jwt_key) &&
	       make_login(order, USER_FIRST, user_all_roles(), "operator") &&
	       make_login(
		   order, USER_BOOTSTRAP, USER_BOOTSTRAP_ROLE, "bootstrap");
}

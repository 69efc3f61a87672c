/* anchors.c: whom to trust, as OpenSSL wants it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <sys/stat.h>
#include <openssl/x509.h>

#include "anchors.h"
#include "exit.h"
#include "fault.h"
#include "identity.h"
#include "x509.h"

/* A certificate that is there already is no error to OpenSSL. */
static bool
add(const struct x509_list *list, X509_STORE *store)
{
	for (unsigned i = 0; i < list->count; i++) {
		X509 *crt = identity_convert(list->crt[i]);
		bool ok = crt != NULL && X509_STORE_add_cert(store, crt) == 1;

		X509_free(crt);
		if (!ok)
			return crt != NULL ? fault_memory() : false;
	}
	return true;
}

static bool
add_file(const char *path, X509_STORE *store)
{
	struct x509_list list;
	bool ok;

	if (!x509_read(path, &list))
		return false;
	ok = add(&list, store);
	x509_free(&list);
	return ok;
}

/* Adds the file NAME of the directory CA, if it is one; COUNT grows where it
 * held an anchor. */
static bool
add_entry(const char *ca, const char *name, X509_STORE *store, unsigned *count)
{
	struct buf path = { 0 };
	struct stat st;
	bool ok = buf_print(&path, "%s/%s", ca, name);

	if (ok && stat(buf_text(&path), &st) == 0 && S_ISREG(st.st_mode) &&
	    add_file(buf_text(&path), store))
		++*count;
	buf_free(&path);
	return ok || fault_memory();
}

bool
anchors_load(const char *ca, X509_STORE *store)
{
	struct stat st;
	struct dirent *entry;
	unsigned count = 0;
	bool ok = true;
	DIR *dir;

	X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
	if (stat(ca, &st) == 0 && !S_ISDIR(st.st_mode))
		return add_file(ca, store);
	dir = opendir(ca);
	if (dir == NULL)
		return fault_errno(ca);
	while (ok && (entry = readdir(dir)) != NULL)
		ok = add_entry(ca, entry->d_name, store, &count);
	closedir(dir);
	if (!ok)
		return false;
	return count > 0 || fault(EXIT_DATA, "%s: no trust anchor in it", ca);
}

/* shown.c: the certificate that the server shows, and those that it shows when
 * it is told to.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "buf.h"
#include "fault.h"
#include "file.h"
#include "key.h"
#include "msg.h"
#include "sandbox/http/shown.h"
#include "sandbox/state/faults.h"
#include "sandbox/state/log.h"
#include "x509.h"

enum { CHAIN_LIMIT = 4, SIDES = 4 };

/* The first is the right one. */
static const struct side_name {
	enum fault_kind kind;
	const char *file;
} names[SIDES] = {
	{ FAULT_NONE, "server.pem" },
	{ FAULT_TLS_WRONG_NAME, "server-wrong-name.pem" },
	{ FAULT_TLS_EXPIRED, "server-expired.pem" },
	{ FAULT_TLS_UNKNOWN, "server-unknown.pem" },
};

struct side {
	gnutls_pcert_st certs[CHAIN_LIMIT];
	unsigned count;
};

/* The one thing here that is not handed on: GnuTLS's callback gets no pointer of
 * ours. */
static struct shown {
	struct tenant *tenant;
	gnutls_privkey_t key;
	struct side sides[SIDES];
} shown;

static bool
read_side(const char *dir, const char *name, struct side *side)
{
	struct buf path = { 0 };
	struct buf pem = { 0 };
	bool ok;

	ok = buf_print(&path, "%s/%s", dir, name) &&
	     file_read(buf_text(&path), &pem);
	if (ok) {
		const gnutls_datum_t text = { pem.data, (unsigned)pem.len };

		side->count = CHAIN_LIMIT;
		ok = x509_ok(gnutls_pcert_list_import_x509_raw(side->certs,
				 &side->count, &text, GNUTLS_X509_FMT_PEM, 0),
		    buf_text(&path));
		if (!ok)
			side->count = 0;
	}
	buf_free(&path);
	buf_free(&pem);
	return ok;
}

bool
shown_open(const char *dir, struct tenant *tenant)
{
	struct buf path = { 0 };
	bool ok;

	shown.tenant = tenant;
	ok = buf_print(&path, "%s/server.key", dir) &&
	     key_read(&(struct key_place){ buf_text(&path), NULL }, &shown.key);
	ok = ok && read_side(dir, names[0].file, &shown.sides[0]);
	for (int i = 1; ok && i < SIDES; i++)
		if (!read_side(dir, names[i].file, &shown.sides[i]))
			msg_warn("%s: %s cannot be had", fault_text(),
			    faults_row(names[i].kind)->name);
	buf_free(&path);
	if (!ok)
		shown_close();
	return ok;
}

void
shown_close(void)
{
	for (int i = 0; i < SIDES; i++)
		for (unsigned j = 0; j < shown.sides[i].count; j++)
			gnutls_pcert_deinit(&shown.sides[i].certs[j]);
	key_free(shown.key);
	shown = (struct shown){ .tenant = NULL };
}

/* Not a request, and in the log all the same: a client that believes nobody
 * sends none. */
static bool
write_log(struct store *store, enum fault_kind kind)
{
	const struct log_entry entry = { .port = "tls",
		.method = "HANDSHAKE",
		.path = "",
		.device = "",
		.note = faults_row(kind)->name };

	return kind == FAULT_NONE || log_add(store, &entry);
}

int
shown_choose(gnutls_session_t session, const gnutls_datum_t *authorities,
    int authority_count, const gnutls_pk_algorithm_t *algorithms,
    int algorithm_count, gnutls_pcert_st **certs, unsigned *cert_count,
    gnutls_privkey_t *key)
{
	struct fault_taken taken;
	struct side *side = &shown.sides[0];

	(void)session;
	(void)authorities;
	(void)authority_count;
	(void)algorithms;
	(void)algorithm_count;
	pthread_mutex_lock(&shown.tenant->lock);
	if (!faults_take_handshake(&shown.tenant->store, &taken) ||
	    !write_log(&shown.tenant->store, taken.kind)) {
		msg_warn("%s", fault_text());
		taken.kind = FAULT_NONE;
	}
	pthread_mutex_unlock(&shown.tenant->lock);
	for (int i = 0; i < SIDES; i++)
		if (names[i].kind == taken.kind && shown.sides[i].count > 0)
			side = &shown.sides[i];
	*certs = side->certs;
	*cert_count = side->count;
	*key = shown.key;
	return 0;
}

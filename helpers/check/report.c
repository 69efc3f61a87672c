/* report.c: one file: what is asked about it, and what is printed of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "csr.h"
#include "describe.h"
#include "exit.h"
#include "facts.h"
#include "fault.h"
#include "file.h"
#include "msg.h"
#include "pkcs11.h"
#include "report.h"
#include "show.h"
#include "text.h"

bool
report_parse_unit(const char *name, int64_t *unit)
{
	if (name == NULL || strcmp(name, "d") == 0)
		*unit = 86400;
	else if (strcmp(name, "h") == 0)
		*unit = 3600;
	else if (strcmp(name, "s") == 0)
		*unit = 1;
	else
		return fault(EXIT_USAGE, "%s: there are s, h and d", name);
	return true;
}

/* The whole units from NOW to END, less than zero from the first second after
 * it on. */
static int64_t
units_left(time_t end, time_t now, int64_t unit)
{
	int64_t left = (int64_t)end - now;

	return left >= 0 ? left / unit : -((unit - 1 - left) / unit);
}

static bool
add_left(const struct ask *ask, const struct report *report,
    const struct ask_about *about, struct buf *out)
{
	return ask_not_early(ask, about) && ask_tell_chain(ask, about) &&
	       buf_print(out, "%lld%s%s",
		   (long long)units_left(
		       about->life.until, ask->now, report->unit),
		   report->names ? " " : "",
		   report->names ? about->name : "") &&
	       buf_add(out, report->names ? &report->end : "\n", 1);
}

static bool
add_cn(
    const struct report *report, const struct ask_about *about, struct buf *out)
{
	struct buf cn = { 0 };
	bool ok;

	if (!x509_common_name(about->chain.crt[0], &cn))
		return fault(fault_code(), "%s: %s", about->name, fault_text());
	ok = text_escape(buf_text(&cn), cn.len, out) &&
	     buf_print(out, "%s%s", report->names ? "\t" : "",
		 report->names ? about->name : "") &&
	     buf_add(out, report->names ? &report->end : "\n", 1);
	buf_free(&cn);
	return ok;
}

static bool
add_row(const struct ask *ask, const struct ask_about *about, struct buf *out)
{
	const struct life *life = &about->life;

	return buf_print(out, "%6lld  ",
		   (long long)units_left(life->until, ask->now, 86400)) &&
	       facts_timestamp(life->until, out) &&
	       buf_print(out, "  %-13s  ",
		   facts_status(life, ask_due_from(ask, about), ask->now)) &&
	       facts_source(about->name, out) && buf_print(out, "\n");
}

static bool
add_shown(const struct ask *ask, const struct ask_about *about, struct buf *out)
{
	if (!ask_tell_chain(ask, about))
		return false;
	return show_certificate(about->chain.crt[0], about->name, &about->life,
		   ask_due_from(ask, about), ask->now, out) ||
	       fault(fault_code(), "%s: %s", about->name, fault_text());
}

static bool
add_described(
    const struct ask *ask, const struct ask_about *about, struct buf *out)
{
	return describe_certificate(&about->chain, about->name, &about->life,
		   ask_due_from(ask, about), ask->now, out) ||
	       fault(fault_code(), "%s: %s", about->name, fault_text());
}

static bool
add(const struct ask *ask, const struct report *report,
    const struct ask_about *about, struct buf *out)
{
	switch (report->form) {
	case REPORT_SHOW:
		return add_shown(ask, about, out);
	case REPORT_JSON:
		return add_described(ask, about, out);
	case REPORT_TABLE:
		return add_row(ask, about, out);
	case REPORT_LEFT:
		return add_left(ask, report, about, out);
	case REPORT_CN:
		return add_cn(report, about, out);
	case REPORT_NOTHING:
		break;
	}
	return !report->names ||
	       (buf_add(out, about->name, strlen(about->name)) &&
		   buf_add(out, &report->end, 1));
}

static bool
add_request(const struct report *report, const char *path,
    const struct buf *text, struct buf *out)
{
	gnutls_x509_crq_t csr;
	bool ok;

	if (!csr_parse(text->data, text->len, path, &csr))
		return false;
	ok = report->form == REPORT_SHOW ? show_request(csr, path, out)
					 : describe_request(csr, path, out);
	csr_free(csr);
	return ok;
}

/* TEXT is what stands in the file; NULL: the key is on a token, as it is where
 * the file refers to one. */
static bool
add_key(const struct ask *ask, const struct report *report, const char *path,
    const struct buf *text, struct buf *out)
{
	const char *source = file_name(path);
	struct key_place place = { path, NULL };
	struct buf passphrase = { 0 };
	gnutls_privkey_t key = NULL;
	gnutls_pubkey_t half = NULL;
	bool ok;

	ok =
	    key_unlock(&place, ask->passphrase, &passphrase) &&
	    (pkcs11_is_uri(place.name)
		    ? key_read(&place, &key)
		    : key_parse(text, source, place.passphrase, &key)) &&
	    key_half(key, &half) &&
	    (report->form == REPORT_SHOW ? show_key(half, place.name, out)
					 : describe_key(half, place.name, out));
	if (half != NULL)
		gnutls_pubkey_deinit(half);
	key_free(key);
	buf_free(&passphrase);
	return ok;
}

static bool
holds(const struct buf *text, const char *words)
{
	return memmem(text->data, text->len, words, strlen(words)) != NULL;
}

/* TEXT is not a certificate: is it another thing that can be shown? */
static bool
add_other(const struct ask *ask, const struct report *report, const char *path,
    const struct buf *text, struct buf *out)
{
	size_t before = out->len;

	if (holds(text, "CERTIFICATE-----"))
		return false;
	if (add_request(report, path, text, out))
		return true;
	out->len = before;
	if (add_key(ask, report, path, text, out))
		return true;
	out->len = before;
	/* what a key lacks is the reason; other files are none at all */
	if (!holds(text, "PRIVATE KEY-----") && !pkcs11_is_uri(buf_text(text)))
		fault(EXIT_DATA, "%s: not a certificate, request or key",
		    file_name(path));
	return false;
}

static bool
judge(const struct ask *ask, const struct report *report,
    struct ask_about *about, bool *yes, struct buf *out)
{
	size_t before = out->len;
	bool answer;

	if (!life_measure(&about->chain, &about->life))
		return fault(fault_code(), "%s: %s", about->name, fault_text());
	if (!ask_all(ask, about, &answer))
		return false;
	if (answer == ask->negate)
		return true;
	*yes = add(ask, report, about, out);
	if (!*yes)
		out->len = before;
	return *yes;
}

static bool
examine(const struct ask *ask, const struct report *report, const char *path,
    bool found, bool *yes, struct buf *out)
{
	bool others = !ask_anything(ask) && (report->form == REPORT_SHOW ||
						report->form == REPORT_JSON);
	struct ask_about about = { .name = path };
	struct buf text = { 0 };
	bool ok;

	if (others && pkcs11_is_uri(path))
		return *yes = add_key(ask, report, path, NULL, out);
	if (!file_read(path, &text))
		return false;
	ok = x509_parse(text.data, text.len, file_name(path), &about.chain);
	if (ok)
		ok = judge(ask, report, &about, yes, out);
	else if (found && holds(&text, "-----BEGIN ") &&
		 !holds(&text, "CERTIFICATE-----")) {
		msg_trace("%s: no certificate in it", path);
		ok = true;
	} else if (others)
		ok = *yes = add_other(ask, report, path, &text, out);
	x509_free(&about.chain);
	buf_free(&text);
	return ok;
}

bool
report_file(const struct ask *ask, const struct report *report,
    const char *path, bool found, bool *yes, struct buf *out)
{
	*yes = false;
	if (!examine(ask, report, path, found, yes, out))
		return false;
	/* of many blocks, each has an empty line behind it */
	return !*yes || report->form != REPORT_SHOW || !report->names ||
	       buf_add(out, "\n", 1);
}

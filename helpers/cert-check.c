/* cert-check: questions about a certificate, answered by the exit code.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "cli.h"
#include "exit.h"
#include "fault.h"
#include "file.h"
#include "key.h"
#include "msg.h"
#include "show.h"
#include "span.h"
#include "x509.h"

enum {
	OPT_VALID = CLI_LONG,
	OPT_MATCH,
	OPT_SUBJECT,
	OPT_CN,
	OPT_LATER,
	OPT_TRUSTED,
	OPT_AT,
	OPT_SHOW,
	OPT_CLOCK
};

static const struct cli_option options[] = {
	{ 'd', "due", "WINDOW",
	    "is its end nearer than this? 30d, 12h, or 33% of its life" },
	{ OPT_VALID, "valid", NULL, "is it valid now?" },
	{ OPT_MATCH, "match", "KEY", "is it for this key?" },
	{ OPT_SUBJECT, "same-subject", "CERT", "has it the subject of CERT?" },
	{ OPT_CN, "cn", "NAME", "is this its common name?" },
	{ OPT_LATER, "later-than", "CERT", "does it run longer than CERT?" },
	{ OPT_TRUSTED, "trusted", "PATH",
	    "does it chain up to an anchor in this file or directory?" },
	{ OPT_CLOCK, "clock", NULL,
	    "of no certificate: can the clock be right?" },
	{ OPT_SHOW, "show", NULL, "print it for people" },
	{ OPT_AT, "at", "SECONDS", "as of this moment, in Unix time" },
	{ 0 },
};

struct questions {
	const char *due;
	bool valid;
	const char *key;
	const char *subject;
	const char *cn;
	const char *earlier;
	const char *anchors;
	bool show;
	bool clock;
	time_t now;
	bool clock_given;
};

/* the certificate asked about, with its chain behind it */
struct subject {
	const char *name;
	struct x509_list chain;
	time_t from;
	time_t until;
};

static time_t
time_or_die(const char *text)
{
	char *end;
	long long seconds;

	errno = 0;
	seconds = strtoll(text, &end, 10);
	if (end == text || *end != '\0' || errno != 0)
		cli_usage("--at: %s: not a number of seconds", text);
	return (time_t)seconds;
}

static void
take(struct questions *ask, int opt)
{
	switch (opt) {
	case 'd':
		ask->due = cli_value();
		break;
	case OPT_VALID:
		ask->valid = true;
		break;
	case OPT_MATCH:
		ask->key = cli_value();
		break;
	case OPT_SUBJECT:
		ask->subject = cli_value();
		break;
	case OPT_CN:
		ask->cn = cli_value();
		break;
	case OPT_LATER:
		ask->earlier = cli_value();
		break;
	case OPT_TRUSTED:
		ask->anchors = cli_value();
		break;
	case OPT_SHOW:
		ask->show = true;
		break;
	case OPT_CLOCK:
		ask->clock = true;
		break;
	case OPT_AT:
		ask->now = time_or_die(cli_value());
		ask->clock_given = true;
		break;
	}
}

static bool
match(const struct subject *cert, const char *path)
{
	struct key_place place = { path, NULL };
	gnutls_privkey_t key;
	struct key_id theirs;
	struct key_id ours;

	if (!key_read(&place, &key) || !key_get_id(key, &theirs) ||
	    !x509_key_id(cert->chain.crt[0], &ours))
		msg_die_fault();
	key_free(key);
	if (key_id_same(&ours, &theirs))
		return true;
	msg_warn("%s: not for the key in %s", cert->name, path);
	return false;
}

static bool
same_subject(const struct subject *cert, const char *path)
{
	struct x509_list other;
	bool same;

	if (!x509_read(path, &other) ||
	    !x509_same_subject(cert->chain.crt[0], other.crt[0], &same))
		msg_die_fault();
	x509_free(&other);
	if (!same)
		msg_warn("%s: another subject than %s", cert->name, path);
	return same;
}

static bool
named(const struct subject *cert, const char *name)
{
	struct buf cn = { 0 };
	bool same;

	if (!x509_common_name(cert->chain.crt[0], &cn))
		msg_die_fault();
	same = cn.len == strlen(name) && memcmp(cn.data, name, cn.len) == 0;
	if (!same)
		msg_warn("%s: its common name is %s, not %s", cert->name,
		    buf_text(&cn), name);
	buf_free(&cn);
	return same;
}

static bool
later(const struct subject *cert, const char *path)
{
	struct x509_list other;
	time_t until;

	if (!x509_read(path, &other))
		msg_die_fault();
	until = gnutls_x509_crt_get_expiration_time(other.crt[0]);
	x509_free(&other);
	if (cert->until > until)
		return true;
	msg_warn("%s: does not run longer than %s", cert->name, path);
	return false;
}

static bool
trusted(const struct subject *cert, const char *anchors, time_t now)
{
	struct buf why = { 0 };
	bool yes;

	if (!x509_trusted(&cert->chain, anchors, now, &yes, &why))
		msg_die_fault();
	if (!yes)
		msg_warn("%s: %s", cert->name, buf_text(&why));
	buf_free(&why);
	return yes;
}

static bool
valid(const struct subject *cert, time_t now)
{
	if (now > cert->until)
		msg_warn("%s: expired", cert->name);
	else if (now + SPAN_SKEW < cert->from)
		msg_warn("%s: not valid yet", cert->name);
	else
		return true;
	return false;
}

/* A certificate in use that seems to be from the future was issued by a clock
 * that is right: then this one is not. */
static bool
due(const struct subject *cert, const struct window *window, time_t now)
{
	time_t start = window_start(window, cert->from, cert->until);

	if (now + SPAN_SKEW < cert->from)
		msg_die(EXIT_CLOCK, "%s: not valid yet: the clock is behind",
		    cert->name);
	if (now >= start)
		return true;
	msg_trace("%s: due in %lld s", cert->name, (long long)(start - now));
	return false;
}

/* All that is asked, each that is not so with a line; "not due" is no news. */
static bool
ask_all(const struct questions *ask, const struct subject *cert,
    const struct window *window)
{
	bool yes = true;

	if (ask->key != NULL)
		yes &= match(cert, ask->key);
	if (ask->subject != NULL)
		yes &= same_subject(cert, ask->subject);
	if (ask->cn != NULL)
		yes &= named(cert, ask->cn);
	if (ask->earlier != NULL)
		yes &= later(cert, ask->earlier);
	if (ask->valid)
		yes &= valid(cert, ask->now);
	if (ask->anchors != NULL)
		yes &= trusted(cert, ask->anchors, ask->now);
	if (ask->due != NULL && !ask->show)
		yes &= due(cert, window, ask->now);
	return yes;
}

static void
show_or_die(const struct questions *ask, const struct subject *cert,
    const struct window *window)
{
	struct buf out = { 0 };

	if (!show_certificate(cert->chain.crt[0], cert->name,
		window_start(window, cert->from, cert->until), ask->now,
		&out) ||
	    !file_print(out.data, out.len))
		msg_die_fault();
	buf_free(&out);
}

int
main(int argc, char **argv)
{
	struct questions ask = { .now = time(NULL) };
	struct window window = { .seconds = 30 * 86400 };
	struct subject cert = { 0 };
	bool yes;
	int opt;

	cli_start("cert-check", "[CERT]",
	    "Answer questions about a certificate: 0 is yes to all of them, "
	    "1 is no.",
	    options);
	while ((opt = cli_next(argc, argv)) != CLI_END)
		take(&ask, opt);
	cert.name = cli_last_operand(argc, argv, "-");
	if (ask.due != NULL && !window_parse(ask.due, &window))
		cli_usage("--due: %s", fault_text());
	if (!ask.clock_given && !clock_plausible(ask.now))
		msg_die(EXIT_CLOCK, "the clock says a time before this program "
				    "was built");
	if (ask.clock)
		return EXIT_YES;
	if (!x509_read(cert.name, &cert.chain))
		msg_die_fault();
	cert.from = gnutls_x509_crt_get_activation_time(cert.chain.crt[0]);
	cert.until = gnutls_x509_crt_get_expiration_time(cert.chain.crt[0]);
	yes = ask_all(&ask, &cert, &window);
	if (yes && ask.show)
		show_or_die(&ask, &cert, &window);
	x509_free(&cert.chain);
	return yes ? EXIT_YES : EXIT_NO;
}

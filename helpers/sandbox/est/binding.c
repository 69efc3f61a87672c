/* binding.c: proof that who asks holds the key of the request (RFC 7030, 3.5).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <gnutls/gnutls.h>

#include "est/base64.h"
#include "sandbox/est/binding.h"
#include "sandbox/est/plain.h"
#include "sandbox/state/settings.h"
#include "x509.h"

/* The bytes whose base64 the challengePassword is; none where it has no such.
 * GnuTLS hands it out with the escapes of a subject: "\+". */
static void
read_challenge(gnutls_x509_crq_t csr, struct buf *out)
{
	struct buf plain = { 0 };
	char text[256];
	size_t size = sizeof text;

	if (gnutls_x509_crq_get_challenge_password(csr, text, &size) != 0 ||
	    !x509_unescape(text, &plain) ||
	    !base64_read(buf_text(&plain), plain.len, out))
		buf_free(out);
	buf_free(&plain);
}

bool
binding_check(struct exchange *x, gnutls_x509_crq_t csr)
{
	gnutls_datum_t unique = { NULL, 0 };
	struct buf theirs = { 0 };
	bool wanted;
	bool same;

	if (!settings_is(
		&x->tenant->store, SETTING_EST_PROOF, "required", &wanted))
		return false;
	if (!wanted)
		return true;
	/* later versions have none (RFC 8446, C.5) */
	if (gnutls_protocol_get_version(x->tls) > GNUTLS_TLS1_2 ||
	    gnutls_session_channel_binding(
		x->tls, GNUTLS_CB_TLS_UNIQUE, &unique) != 0)
		return plain_refuse(x, 403,
		    "Proof of possession is required, which takes the "
		    "tls-unique of TLS 1.2.");
	read_challenge(csr, &theirs);
	same = theirs.len > 0 && theirs.len == unique.size &&
	       memcmp(theirs.data, unique.data, theirs.len) == 0;
	gnutls_free(unique.data);
	buf_free(&theirs);
	return same || plain_refuse(x, 403,
			   "Proof of possession is required: the "
			   "challengePassword of the request is not the "
			   "tls-unique of this connection.");
}

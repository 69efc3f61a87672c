/* multipart: every part lies in the body, behind the one before it; a key that
 * came with its certificate can be read from what is kept of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "est/keygen.h"
#include "est/multipart.h"
#include "exit.h"
#include "fault.h"
#include "fuzz.h"

static void
check_parts(const struct buf *body)
{
	const char *from = buf_text(body);
	const char *end = from + body->len;
	struct multipart parts;
	struct multipart_part part;

	if (!multipart_open(body, &parts))
		return;
	while (multipart_next(&parts, &part)) {
		must(part.data >= from && part.data <= end);
		must(part.len <= (size_t)(end - part.data));
		must(part.type_len == 0 ||
		     (part.type >= from && part.type <= part.data &&
			 part.type_len <= (size_t)(part.data - part.type)));
		must(!multipart_is(&part, "application/pkcs8") ||
		     multipart_says(&part, "pkcs8"));
		from = part.data + part.len;
	}
}

static void
check_keygen(const struct buf *body)
{
	struct keygen made;
	gnutls_privkey_t key;
	struct key_id id;

	if (keygen_parse(body, "server", &made)) {
		must(made.certs.count > 0);
		must(key_parse(&made.key_pem, "again", NULL, &key));
		must(key_get_id(key, &id) && key_id_same(&id, &made.id));
		key_free(key);
	} else {
		must(fault_code() == EXIT_UNTRUSTED);
	}
	keygen_free(&made);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf body = fuzz_buf(data, size);

	check_parts(&body);
	check_keygen(&body);
	buf_free(&body);
	return 0;
}

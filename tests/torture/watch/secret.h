/* secret.h: what must not be seen.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TORTURE_SECRET_H
#define TORTURE_SECRET_H

#include <stddef.h>

/* What kind of secret LEN bytes at DATA hold: the body of a private key in PEM,
 * a whole JWT, a header that logs in, or a word that was learnt; NULL: none. A
 * one-time password that a person is told to register a device with is none. */
const char *secret_in(const void *data, size_t len);

/* From now on LEN bytes of TEXT are a secret of the KIND, a string that stays.
 * What is shorter than eight bytes could be found anywhere: it is left out. */
void secret_learn(const void *text, size_t len, const char *kind);

/* Learns each private key in PEM of DATA: the first two lines of its base64,
 * for its public half comes behind them. */
void secret_learn_keys(const char *data, size_t len);

/* Learns what the file PATH holds: keys in PEM, the passwords of a netrc, or
 * else its first line. No such file is nothing to learn. */
void secret_learn_file(const char *path, const char *kind);

/* How many were learnt. */
size_t secret_count(void);

#endif

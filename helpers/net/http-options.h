/* http-options.h: what a command line says of a server: who asks it, whom to
 * trust, which way to go, and how long to wait.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTCYCLE_HTTP_OPTIONS_H
#define CERTCYCLE_HTTP_OPTIONS_H

#include <stdbool.h>

#include "buf.h"
#include "cli.h"
#include "http-files.h"
#include "http.h"

enum {
	HTTP_OPT_USER = CLI_LONG + 1000,
	HTTP_OPT_PASSWORD,
	HTTP_OPT_DIGEST,
	HTTP_OPT_NETRC,
	HTTP_OPT_TOKEN,
	HTTP_OPT_CERT,
	HTTP_OPT_KEY,
	HTTP_OPT_PASSPHRASE,
	HTTP_OPT_CA,
	HTTP_OPT_PROXY,
	HTTP_OPT_PROXY_USER,
	HTTP_OPT_PROXY_PASSWORD,
	HTTP_OPT_PROXY_CA,
	HTTP_OPT_CONNECT,
	HTTP_OPT_TIMEOUT
};

/* Rows of a tool's table: the pair that a client shows. */
#define HTTP_OPTIONS_PAIR                                                      \
	{ HTTP_OPT_CERT, "cert", "FILE",                                       \
	    "client certificate: a file or a PKCS#11 URI" },                   \
	    { HTTP_OPT_KEY, "key", "FILE",                                     \
		    "its key: a file or a PKCS#11 URI" },                      \
	{                                                                      \
		HTTP_OPT_PASSPHRASE, "passphrase-file", "FILE",                \
		    "the key's passphrase, or the PIN of its token"            \
	}

/* The same: who asks, in one way or another. */
#define HTTP_OPTIONS_WHO                                                       \
	{ HTTP_OPT_USER, "user", "NAME",                                       \
	    "Basic authentication, with a password" },                         \
	    { HTTP_OPT_PASSWORD, "password-file", "FILE",                      \
		    "its first line" },                                        \
	    { HTTP_OPT_TOKEN, "token-file", "FILE",                            \
		    "Bearer token: its first line" },                          \
	    HTTP_OPTIONS_PAIR

/* The same: whom to trust, which way to go, and how long to wait. */
#define HTTP_OPTIONS_WAY                                                       \
	{ HTTP_OPT_CA, "ca", "PATH",                                           \
	    "trust anchors for the server: file or directory" },               \
	    { HTTP_OPT_PROXY, "proxy", "URL",                                  \
		    "http, https, socks5 or socks5h" },                        \
	    { HTTP_OPT_PROXY_USER, "proxy-user", "NAME",                       \
		    "Basic authentication there" },                            \
	    { HTTP_OPT_PROXY_PASSWORD, "proxy-password-file", "FILE",          \
		    "its first line" },                                        \
	    { HTTP_OPT_PROXY_CA, "proxy-ca", "PATH",                           \
		    "trust anchors for an https proxy" },                      \
	    { HTTP_OPT_CONNECT, "connect-timeout", "SPAN",                     \
		    "for the connection: 30s" },                               \
	{                                                                      \
		HTTP_OPT_TIMEOUT, "timeout", "SPAN",                           \
		    "for all of one try: 120s"                                 \
	}

/* What they said, as a request that http_options_open completes. Made by
 * HTTP_OPTIONS_START, ended by http_options_close. */
struct http_options {
	struct http_request request;
	const char *password_file;
	const char *token_file;
	const char *passphrase_file;
	const char *proxy_password_file;
	struct buf password;
	struct buf token;
	struct buf passphrase;
	struct buf proxy_password;
	struct http_files files;
};

#define HTTP_OPTIONS_START                                                     \
	{                                                                      \
		.request = {                                                   \
			.connect_timeout = HTTP_CONNECT_TIMEOUT,               \
			.timeout = HTTP_TIMEOUT                                \
		}                                                              \
	}

/* Takes the value of OPT, the option that cli_next returned; nothing where it is
 * none of these. EXIT_USAGE: no length of time. */
void http_options_take_or_die(struct http_options *options, int opt);

/* EXIT_USAGE where they do not go together. A key without a certificate is for
 * the caller to judge. */
void http_options_check_or_die(const struct http_options *options);

/* EXIT_USAGE where URL is not that of a server and no more: https, without a
 * query. A user in it would be seen by everybody: LOGIN says what to do
 * instead. */
void http_options_server_or_die(const char *url, const char *login);

/* How many of the files are standard input. */
int http_options_inputs(const struct http_options *options);

/* Reads the secrets, and makes the files ready: REQUEST says then who asks, and
 * lives as long as OPTIONS. EXIT_DATA: a file is not what it should be, or a
 * user name has a colon. */
bool http_options_open(struct http_options *options);

/* Wipes and frees what http_options_open read, or did not. */
void http_options_close(struct http_options *options);

#endif

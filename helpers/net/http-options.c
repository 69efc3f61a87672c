/* http-options.c: what a command line says of a server.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>
#include <string.h>

#include "exit.h"
#include "fault.h"
#include "file.h"
#include "http-options.h"

static const struct cli_place places[] = {
	{ HTTP_OPT_USER, CLI_TEXT,
	    offsetof(struct http_options, request.user) },
	{ HTTP_OPT_PASSWORD, CLI_TEXT,
	    offsetof(struct http_options, password_file) },
	{ HTTP_OPT_DIGEST, CLI_FLAG,
	    offsetof(struct http_options, request.digest) },
	{ HTTP_OPT_NETRC, CLI_TEXT,
	    offsetof(struct http_options, request.netrc) },
	{ HTTP_OPT_TOKEN, CLI_TEXT, offsetof(struct http_options, token_file) },
	{ HTTP_OPT_CERT, CLI_TEXT,
	    offsetof(struct http_options, request.cert) },
	{ HTTP_OPT_KEY, CLI_TEXT,
	    offsetof(struct http_options, request.key.name) },
	{ HTTP_OPT_PASSPHRASE, CLI_TEXT,
	    offsetof(struct http_options, passphrase_file) },
	{ HTTP_OPT_CA, CLI_TEXT, offsetof(struct http_options, request.ca) },
	{ HTTP_OPT_PROXY, CLI_TEXT,
	    offsetof(struct http_options, request.proxy) },
	{ HTTP_OPT_PROXY_USER, CLI_TEXT,
	    offsetof(struct http_options, request.proxy_user) },
	{ HTTP_OPT_PROXY_PASSWORD, CLI_TEXT,
	    offsetof(struct http_options, proxy_password_file) },
	{ HTTP_OPT_PROXY_CA, CLI_TEXT,
	    offsetof(struct http_options, request.proxy_ca) },
	{ HTTP_OPT_CONNECT, CLI_SPAN,
	    offsetof(struct http_options, request.connect_timeout) },
	{ HTTP_OPT_TIMEOUT, CLI_SPAN,
	    offsetof(struct http_options, request.timeout) },
	{ 0 },
};

void
http_options_take_or_die(struct http_options *options, int opt)
{
	cli_put_or_die(places, options, opt);
}

/* What its URL may be; a password in it would be seen by everybody. */
static void
check_proxy_or_die(const char *proxy)
{
	static const char *const schemes[] = { "http://", "https://",
		"socks5://", "socks5h://" };
	size_t i = 0;

	if (proxy == NULL)
		return;
	if (http_has_login(proxy))
		cli_usage("--proxy: no user in it: --proxy-user and "
			  "--proxy-password-file");
	while (i < sizeof schemes / sizeof schemes[0] &&
	       strncmp(proxy, schemes[i], strlen(schemes[i])) != 0)
		i++;
	if (i == sizeof schemes / sizeof schemes[0])
		cli_usage("--proxy: %s: begins with none of http://, "
			  "https://, socks5://, socks5h://",
		    proxy);
}

void
http_options_check_or_die(const struct http_options *options)
{
	const struct http_request *http = &options->request;
	int logins = (http->user != NULL) + (options->token_file != NULL) +
		     (http->netrc != NULL);

	check_proxy_or_die(http->proxy);
	if ((http->user == NULL) != (options->password_file == NULL))
		cli_usage("--user and --password-file go together");
	if ((http->proxy_user == NULL) !=
	    (options->proxy_password_file == NULL))
		cli_usage("--proxy-user and --proxy-password-file go together");
	if (logins > 1)
		cli_usage("a password or a token, not both");
	if (http->digest && http->user == NULL)
		cli_usage("--digest goes with --user");
	if (http->cert != NULL && http->key.name == NULL)
		cli_usage("--cert and --key go together");
	if (options->passphrase_file != NULL && http->key.name == NULL)
		cli_usage("--passphrase-file goes with --key");
}

void
http_options_server_or_die(const char *url, const char *login)
{
	if (url == NULL)
		cli_usage("--url is missing");
	if (!http_is_url(url) || strpbrk(url, "?#") != NULL)
		cli_usage("--url: %s: not an https URL of a server", url);
	if (http_has_login(url))
		cli_usage("--url: no user in it: %s", login);
}

int
http_options_inputs(const struct http_options *options)
{
	const char *const names[] = { options->password_file,
		options->token_file, options->passphrase_file,
		options->proxy_password_file, options->request.netrc,
		options->request.cert, options->request.key.name,
		options->request.ca, options->request.proxy_ca };
	int count = 0;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		count += names[i] != NULL && strcmp(names[i], "-") == 0;
	return count;
}

/* Basic authentication ends the user at the first colon (RFC 7617). */
static bool
check_user(const char *user)
{
	if (user == NULL || strchr(user, ':') == NULL)
		return true;
	return fault(EXIT_DATA, "%s: a user name with a colon", user);
}

/* The first line of PATH, where one is given, as SECRET. */
static bool
read_secret(const char *path, struct buf *text, const char **secret)
{
	if (path == NULL)
		return true;
	if (!file_read_secret(path, text))
		return false;
	*secret = buf_text(text);
	return true;
}

bool
http_options_open(struct http_options *options)
{
	struct http_request *http = &options->request;

	return check_user(http->user) && check_user(http->proxy_user) &&
	       read_secret(options->password_file, &options->password,
		   &http->password) &&
	       read_secret(
		   options->token_file, &options->token, &http->token) &&
	       read_secret(options->proxy_password_file,
		   &options->proxy_password, &http->proxy_password) &&
	       key_unlock(&http->key, options->passphrase_file,
		   &options->passphrase) &&
	       http_name_files(http, &options->files);
}

void
http_options_close(struct http_options *options)
{
	buf_free(&options->password);
	buf_free(&options->token);
	buf_free(&options->passphrase);
	buf_free(&options->proxy_password);
	http_free_files(&options->files);
}

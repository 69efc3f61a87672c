/* files.c: the web page itself.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "file.h"
#include "sandbox/api/files.h"
#include "sandbox/http/login.h"

/* these and no others: a path is never looked for on the disk */
static const struct served {
	const char *path;
	const char *name;
	const char *media;
} files[] = {
	{ "/", "index.html", "text/html; charset=utf-8" },
	{ "/apps/devicemanagement/index.html", "index.html",
	    "text/html; charset=utf-8" },
	{ "/page.css", "page.css", "text/css; charset=utf-8" },
	{ "/page.js", "page.js", "text/javascript; charset=utf-8" },
	{ "/parts.js", "parts.js", "text/javascript; charset=utf-8" },
	{ "/icon.svg", "icon.svg", "image/svg+xml" },
};

static bool
answer(struct exchange *x, const struct served *served)
{
	struct buf path = { 0 };
	struct buf text = { 0 };
	bool ok;

	ok = buf_print(&path, "%s/%s", x->files, served->name) &&
	     file_read(buf_text(&path), &text) &&
	     exchange_answer(x, 200, served->media, text.data, text.len);
	buf_free(&path);
	buf_free(&text);
	return ok;
}

bool
files_show(struct exchange *x)
{
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (strcmp(x->request->url_path, files[i].path) == 0) {
			x->quiet = true;
			return login_require(x, LOGIN_ANY) &&
			       answer(x, &files[i]);
		}
	return exchange_not_found(x);
}

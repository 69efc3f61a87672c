/* qr.c: QR codes for the web page.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <qrencode.h>

#include "fault.h"
#include "sandbox/api/qr.h"
#include "sandbox/http/login.h"

/* MARGIN: the quiet zone that ISO/IEC 18004 asks for */
enum { TEXT_MOST = 1000, MARGIN = 4 };

/* The dark modules, each run of a row a bar. */
static bool
draw_rows(const QRcode *code, struct buf *out)
{
	bool ok = true;

	for (int y = 0; y < code->width; y++) {
		const unsigned char *row = code->data + y * code->width;

		for (int x = 0, end; ok && x < code->width; x = end) {
			for (end = x + 1; end < code->width; end++)
				if (((row[end] ^ row[x]) & 1) != 0)
					break;
			if ((row[x] & 1) != 0)
				ok = buf_print(out, "M%d %dh%dv1h-%dz",
				    x + MARGIN, y + MARGIN, end - x, end - x);
		}
	}
	return ok;
}

static bool
draw(const QRcode *code, struct buf *out)
{
	int width = code->width + 2 * MARGIN;

	return buf_print(out,
		   "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d"
		   " %d\" shape-rendering=\"crispEdges\"><path fill=\"#fff\""
		   " d=\"M0 0h%dv%dH0z\"/><path d=\"",
		   width, width, width, width) &&
	       draw_rows(code, out) && buf_print(out, "\"/></svg>\n");
}

bool
qr_show(struct exchange *x)
{
	const char *text = u_map_get(x->request->map_url, "text");
	struct buf svg = { 0 };
	QRcode *code;
	bool ok;

	x->quiet = true;
	if (!login_require(x, LOGIN_ANY))
		return false;
	if (text == NULL || *text == '\0' || strlen(text) > TEXT_MOST)
		return exchange_invalid(x, "text has 1 to 1000 bytes");
	code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (code == NULL)
		return fault_memory();
	ok = draw(code, &svg) &&
	     exchange_answer(x, 200, "image/svg+xml", svg.data, svg.len);
	QRcode_free(code);
	buf_free(&svg);
	return ok;
}

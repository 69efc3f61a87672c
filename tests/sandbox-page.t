#!/bin/sh
# The sandbox's web page: whom it lets in, and what a browser does with it, by
# mouse and by keyboard.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/tap.sh
# shellcheck disable=SC2317 # ok and exits call the functions
. "${srcdir:-${0%/*}/..}/tests/tap.sh"
needs curl python3
start_sandbox
page=$(sed -n 's/^page=//p' sandbox/server.ports)
url=http://127.0.0.1:$page
operator=$(cat sandbox/operator)

# --- whom it lets in ---
# asks STATUS TEXT PATH [OPTION...]: as the operator
asks() {
	want=$1 what=$2 path=$3
	shift 3
	status=$(curl -sS --max-time 10 -D head -o body -w '%{http_code}' \
		-u "$operator" "$@" "$url$path" 2>err)
	same "$what: $want" "$want" "$status"
}
exits 0 sandbox status
prints "# Its page: $url/, "
grep -q ": 0100007F:$(printf %04X "$page") 00000000:0000 0A " /proc/net/tcp
result $? 'it listens on 127.0.0.1'
for path in / /page.js /sandbox/overview /sandbox/log /sandbox/faults \
	/sandbox/qr?text=x /tenant/currentTenant; do
	asks 401 "$path without a login" "$path" -u ''
done
grep -qi '^WWW-Authenticate: Basic realm=' head
result $? 'and the browser is to ask for one'
asks 200 'the page' /
for header in "Content-Security-Policy: default-src 'self';" \
	'X-Content-Type-Options: nosniff' 'Cache-Control: no-store'; do
	grep -qiF "$header" head
	result $? "$header"
done
exits 1 grep -nE 'style=|onclick|onload|<style|<script>|https?://' body
asks 404 'no other file' /server.key
asks 404 'none above' /..%2f..%2fsandbox.db --path-as-is
asks 404 'nor so' /../sandbox.db --path-as-is
asks 404 'no EST without TLS' /.well-known/est/simpleenroll -X POST -d x
asks 403 'another name for this machine' / -H "Host: evil.example.com:$page"
asks 403 'another port' / -H 'Host: 127.0.0.1:1'
asks 403 'no port' / -H 'Host: 127.0.0.1'
asks 403 'no name' / -H 'Host:'
asks 403 'a name that begins so' / -H "Host: localhost.example.com:$page"
asks 200 'localhost' / -H "Host: localhost:$page"
asks 200 '[::1]' / -H "Host: [::1]:$page"
for path in / /tenant/currentTenant /sandbox/overview; do
	asks 403 "$path for another site" "$path" \
		-H 'Origin: https://example.com'
	asks 403 "$path for no site" "$path" -H 'Origin: null'
	asks 403 "$path for another port" "$path" -H 'Origin: http://127.0.0.1:1'
	asks 403 "$path from another site" "$path" \
		-H 'Sec-Fetch-Site: cross-site'
	asks 200 "$path for the page itself" "$path" -H "Origin: $url" \
		-H 'Sec-Fetch-Site: same-origin'
done
asks 403 'a fault for another site' /sandbox/faults -X PUT \
	-d '{"kind":"busy","count":1}' -H 'Origin: https://example.com'
asks 200 'which is not set' /sandbox/faults
exits 1 grep '"faults":\[{' body
for body in '{"kind":"no-such","count":1}' '{"count":1}' '{"kind":"busy"}' \
	'{"kind":"busy","count":-1}' '{"kind":"busy","count":"1"}'; do
	asks 422 "the fault $body" /sandbox/faults -X PUT -d "$body"
done
asks 422 'a setting that is none' /sandbox/settings -X PUT \
	-d '{"name":"no-such","value":"1"}'
asks 422 'a value that is none' /sandbox/settings -X PUT \
	-d '{"name":"enroll.status","value":"999"}'
asks 422 'a QR code of nothing' '/sandbox/qr?text='
asks 404 'a device that is not there' /sandbox/overview/nobody
status=$(curl -sS --cacert "$tls_ca" -u "$operator" -o body -w '%{http_code}' \
	"https://localhost:$https/sandbox/overview")
same 'the other ports do not know the page' 404 "$status"

# --- what a browser does with it ---
if command -v chromedriver >/dev/null && [ -x /usr/bin/chromium ]; then
	sed 's/^[^:]*://' sandbox/operator >password
	cat >enrol <<-EOT
	(umask 077 && printf '%s\n' "\$2" >otp)
	rm -f page.key
	csr-gen --key page.key --new-key ec-p256 --cn "\$1" |
		est-post --enroll --url "https://localhost:$https" \
		--ca "$tls_ca" --user "\$1" --password-file otp
	EOT
	csr-gen --key hostile.key --new-key ec-p256 --cn '<b>CA</b>' |
		cert-sign --self-signed --ca --key hostile.key >hostile.pem
	cat >bulk.csv <<-'EOT'
	ID;AUTH_TYPE;ENROLLMENT_OTP;NAME;TYPE
	bulk1;CERTIFICATES;password-of-bulk1;<b>Bulk</b>;c8y_Test
	<i>bad;CERTIFICATES;password-of-bad;Bad;c8y_Test
	bulk2;CERTIFICATES;short;Short;c8y_Test
	EOT
	cat >many <<-EOT
	exec python3 - "$T/sandbox/sandbox.db" <<'END'
	import sqlite3, sys
	db = sqlite3.connect(sys.argv[1], timeout=10)
	name = '<img src=x onerror="window.hacked=1">\x1b[31m'
	with db:
	    db.executemany("INSERT INTO device (id, status, name, created_at)"
	                   " VALUES (?, 'WAITING_FOR_CONNECTION', ?, 0)",
	                   [(f'many-{i}', name) for i in range(3000)])
	    db.execute("INSERT INTO user VALUES ('reader', 'reads-all-day',"
	               " 'ROLE_DEVICE_CONTROL_READ', 1)")
	END
	EOT
	python3 "$source_dir/tests/browser" "$url" "${operator%%:*}" password \
		enrol "$T" >browser.out 2>browser.err
	code=$?
	while read -r verdict text; do
		case $verdict in
		ok) result 0 "$text" ;;
		not) result 1 "${text#ok }" ;;
		*) printf '%s\n' "$verdict $text" ;;
		esac
	done <browser.out
	result $code 'the visit comes to its end'
	[ $code = 0 ] || sed 's/^/# /' browser.err
else
	skip 'the page in a browser' 'no chromium and chromedriver here'
fi
done_testing
